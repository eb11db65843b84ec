// Prepares requests to the control plane.
// 1. Sends the caller's address in X-Img-Viewer, and overwrites what the caller sent under this name.
// 2. Keeps the path percent-encoded, since an HTTP API decodes it.
// 3. Names the console's page: an HTTP API may find no route for /console/.
// CloudFront matches paths in their normalised form, but forwards them unchanged. So a path like /%63dn/, //cdn/ or
// /a/../cdn/ would reach the image function, with headers of the viewer's choice. Such a path gets 404.
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
