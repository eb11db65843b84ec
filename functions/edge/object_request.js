// Checks the signature of an address that the function has issued (imagestack/response/object_url.py). Then removes
// /_derived or /_original from the path. The rest is the key in the bucket; a slash at the beginning of the key stays.
// A plus is encoded, since S3 would read it as a space.
// Written for cloudfront-js-2.0, which is ECMAScript 5.1.

var crypto = require('crypto');

// The secret that CloudFront sends to the function.
var KEY = '{{resolve:secretsmanager:${OriginSecret}:SecretString:::${OriginSecretVersion}}}';

function handler(event) {
  var request = event.request;
  var expires = valueOf(request.querystring, 'e');
  var signed = request.uri + '?v=' + valueOf(request.querystring, 'v') + '&e=' + expires;
  // Compares signatures of signatures, so that the duration reveals nothing about the expected one.
  var right = sign(sign(signed)) === sign(valueOf(request.querystring, 's'));
  if (!right || !(Number(expires) * 1000 > Date.now())) {
    return {
      statusCode: 403,
      statusDescription: 'Forbidden',
      headers: { 'content-type': { value: 'application/json' }, 'cache-control': { value: 'private, no-store' } },
      body: { encoding: 'text', data: '{"error": "forbidden"}' }
    };
  }
  request.uri = request.uri.replace(/^\/[^\/]*/, '').replace(/\+/g, '%2B');
  return request;
}

function sign(text) {
  return crypto.createHmac('sha256', KEY).update(text).digest('hex');
}

function valueOf(values, name) {
  return (values[name] && values[name].value) || '';
}
