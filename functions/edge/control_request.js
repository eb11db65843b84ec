// Tells the control plane the caller's address, whatever the caller says of it, and keeps the path percent-encoded, since
// an HTTP API decodes it. The console's page is asked for by its name: an HTTP API may find no route for /console/.
// CloudFront compares paths in their normal form and sends them on as they came: what only then begins so (/%63dn/, //cdn/,
// /a/../cdn/) would reach the image function, with headers that are the viewer's here. It is refused.
// Written for cloudfront-js-2.0, which is ECMAScript 5.1.

function handler(event) {
  var request = event.request;
  if (!/^\/(cdn\/|console(\/|$))/.test(request.uri)) {
    return {
      statusCode: 404,
      statusDescription: 'Not Found',
      headers: { 'content-type': { value: 'application/json' }, 'cache-control': { value: 'private, no-store' } },
      body: { encoding: 'text', data: '{"error": "there is no such address"}' }
    };
  }
  request.uri = request.uri === '/console/' ? '/console/index.html' : request.uri.replace(/%/g, '%25');
  request.headers['x-img-viewer'] = { value: event.viewer.ip };
  return request;
}
