// Tells the control plane the caller's address, whatever the caller says of it, and keeps the path percent-encoded, since
// an HTTP API decodes it. The console's page is asked for by its name: an HTTP API may find no route for /console/.
// Written for cloudfront-js-2.0, which is ECMAScript 5.1.

function handler(event) {
  var request = event.request;
  request.uri = request.uri === '/console/' ? '/console/index.html' : request.uri.replace(/%/g, '%25');
  request.headers['x-img-viewer'] = { value: event.viewer.ip };
  return request;
}
