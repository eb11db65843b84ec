// Sets what differs between viewers of one cached answer: which pages may read it (CORS), and on which pages it may
// appear (referrers). The function sends these rules in x-img-edge, which is removed here.
// Runs last, after the response headers policy, and not on errors of the origin.
// Written for cloudfront-js-2.0, which is ECMAScript 5.1.

// Headers that describe the picture; a refusal must not have them.
var OF_THE_PICTURE = new RegExp(
  '^(etag|last-modified|expires|vary|location|accept-ranges|img-skip-reason|x-img-(?!server).*|x-amz-meta-.*|' +
  'content-(disposition|encoding|language|length|location|range|type))$'
);
var PREFLIGHT = ['access-control-allow-methods', 'access-control-allow-headers', 'access-control-max-age'];

function handler(event) {
  var request = event.request;
  var response = event.response;
  var rules = rulesOf(response.headers);
  // CloudFront drops Vary: Accept, since it forwards X-Img-Accept instead of Accept.
  if (rules.vary) {
    response.headers.vary = { value: rules.vary };
  }
  var read = request.method === 'GET' || request.method === 'HEAD';
  if (rules.referrers && read && isDenied(rules.referrers, valueOf(request.headers, 'referer'))) {
    deny(response, request.method);
  }
  if (rules.cors) {
    share(rules.cors.value, valueOf(request.headers, 'origin'), response.headers);
  }
  return response;
}

function rulesOf(headers) {
  var told = valueOf(headers, 'x-img-edge');
  delete headers['x-img-edge'];
  try {
    return JSON.parse(told) || {};
  } catch (error) {
    return {};
  }
}

function valueOf(headers, name) {
  return (headers[name] && headers[name].value) || '';
}

// Referrers.

// Browsers may omit the header on purpose: a request without a referring host is allowed.
function isDenied(rule, referrer) {
  var host = hostOf(referrer, /^https?:/i);
  return host !== '' && isAmong(host, rule.values) === (rule.policy === 'allow');
}

// Changes this viewer's answer only. The cached one stays, since the next viewer may come from another page.
function deny(response, method) {
  Object.keys(response.headers).forEach(function (name) {
    if (OF_THE_PICTURE.test(name)) {
      delete response.headers[name];
    }
  });
  response.headers['content-type'] = { value: 'application/json' };
  response.headers['cache-control'] = { value: 'private, no-store' };
  response.statusCode = 403;
  response.statusDescription = 'Forbidden';
  if (method === 'HEAD') {
    delete response.body;
  } else {
    response.body = { encoding: 'text', data: '{"error": "referrer is not allowed"}' };
  }
}

// Cross-origin resource sharing (Fetch standard, section 3.2).

function share(value, origin, headers) {
  // The response headers policy may have allowed other origins.
  delete headers['access-control-allow-origin'];
  if (value.length === 1 && value[0] === '*') {
    headers['access-control-allow-origin'] = { value: '*' };
    return;
  }
  vary(headers);
  var mirrored = value.length === 1 && value[0] === '$http_origin';
  // An Origin that no browser sends is not repeated.
  if (origin && !/[^\x21-\x7e]/.test(origin) && (mirrored || isAmong(hostOf(origin, /^[a-z]/i), value))) {
    headers['access-control-allow-origin'] = { value: origin };
    return;
  }
  PREFLIGHT.forEach(function (name) { delete headers[name]; });
}

function vary(headers) {
  var named = headers.vary ? (headers.vary.multiValue || [headers.vary]) : [];
  var fields = named.map(function (line) { return line.value; }).join(', ');
  if (!/(^|,)[ \t]*(origin|\*)[ \t]*(,|$)/i.test(fields)) {
    headers.vary = { value: fields ? fields + ', Origin' : 'Origin' };
  }
}

// Hosts.

// The host of a URL in lower case, without the port and a final dot; empty if there is none.
function hostOf(url, scheme) {
  var parts = /^[^:\/?#]+:\/\/(?:[^\/?#\\]*@)?(\[[^\]]*\]|[^\/?#\\:@]*)/.exec(url);
  return parts && scheme.test(url) ? parts[1].toLowerCase().replace(/\.$/, '') : '';
}

// `*.example.com` matches every host below example.com, at any depth.
function isAmong(host, domains) {
  return domains.some(function (domain) {
    var suffix = domain.slice(1);
    return domain.slice(0, 2) === '*.' ? host.slice(-suffix.length) === suffix : host === domain;
  });
}
