// Takes /_derived or /_original off the path. What is left is the key in the bucket; a slash that the key begins
// with stays. S3 would read a plus as a space.
function handler(event) {
  var request = event.request;
  request.uri = request.uri.replace(/^\/[^\/]*/, '').replace(/\+/g, '%2B');
  return request;
}
