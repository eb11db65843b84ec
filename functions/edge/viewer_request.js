// Before the cache is looked at: one spelling for all requests that mean the same, and what only the edge knows.
// Written for cloudfront-js-2.0, which is ECMAScript 5.1. In its engine `$` matches before a line feed at the
// end too, so that no decoded value is tested with it.

// The grammar, as `make edge` takes it from imagestack/request/grammar.py.
var FACTS = {"parameters":["width","height","fit","crop","fmt","quality"],"fits":["fit","bounds",
  "cover","force"],"formats":["webp","avif"],"largest":"9999999999","max_quality":100,
  "auto":"auto","max_percent":100,"bad":{"quality":"quality=","fmt":"fmt=","width":"width=",
  "height":"height=","fit":"width=1&height=1&fit=","crop_width":"crop=",
  "crop_height":"crop=1","crop_ratio":"crop=::","crop_ratio_width":"crop=:1",
  "crop_ratio_height":"crop=1:","crop_no_position":"crop=1,1,","crop_pixels":"crop=1,1,x,y",
  "crop_percent":"crop=1,1,xp,yp","crop_offset":"crop=1,1,offset-x,offset-y",
  "crop_mixed":"crop=1,1,x0,y0p","crop_percent_over_100":"crop=1,1,x101p,y0p",
  "crop_offset_over_100":"crop=1,1,offset-x101,offset-y0"}};

var BAD = FACTS.bad;

function handler(event) {
  var request = event.request;
  var headers = request.headers;
  tell(headers, 'x-forwarded-host', host(joined(headers.host)));
  tell(headers, 'x-img-accept', accepted(joined(headers.accept)));
  tell(headers, 'x-img-viewer', (event.viewer && event.viewer.ip) || '');
  // An HTTP API decodes the path before Lambda sees it, and even cuts it at a decoded question mark. Encoded
  // once more, it arrives as it is here.
  request.uri = canonicalPath(request.uri).replace(/%/g, '%25');
  if (request.method === 'GET' || request.method === 'HEAD') {
    request.querystring = canonicalQuery(firsts(request.querystring || {}));
  }
  return request;
}

// All lines of a header as one (RFC 9110 section 5.3).
function joined(header) {
  var lines = header ? header.multiValue || [header] : [];
  return lines.map(function (line) { return line.value; }).join(',');
}

// Whatever the viewer sent under this name is gone.
function tell(headers, name, value) {
  if (value) {
    headers[name] = { value: value };
  } else {
    delete headers[name];
  }
}

// Hosts are compared without case, and resources know no port.
function host(header) {
  return header.toLowerCase().split(':')[0].replace(/\.$/, '');
}

// What the client proves to decode, best first: one of five answers (imagestack/request/accept.py).
function accepted(accept) {
  var weights = {};
  accept.toLowerCase().split(',').forEach(function (range) {
    var parts = range.split(';');
    var type = /^[ \t]*image\/(avif|webp)[ \t]*$/.exec(parts[0]);
    if (type) {
      var weight = weightOf(parts.slice(1));
      // A format that is named twice keeps the lower weight: q=0 forbids wherever it stands.
      weights[type[1]] = type[1] in weights ? Math.min(weight, weights[type[1]]) : weight;
    }
  });
  if (weights.avif && weights.webp) {
    return weights.webp > weights.avif ? 'webp,avif' : 'avif,webp';
  }
  return weights.avif ? 'avif' : weights.webp ? 'webp' : 'none';
}

// RFC 9110 section 12.4.2: 0 to 1 with at most three decimals. Anything else proves nothing.
function weightOf(parameters) {
  for (var i = 0; i < parameters.length; i++) {
    if (/^[ \t]*q[ \t]*(=|$)/.test(parameters[i])) {
      var weight = /^[ \t]*q[ \t]*=[ \t]*(0(\.[0-9]{0,3})?|1(\.0{0,3})?)[ \t]*$/.exec(parameters[i]);
      return weight ? Number(weight[1]) : 0;
    }
  }
  return 1;
}

// One spelling of the key: everything but unreserved characters and slashes is encoded (RFC 3986 section 2.3).
// What is no key stays as it came, and the function refuses it.
function canonicalPath(uri) {
  try {
    var segments = decodeURIComponent(uri).split('/');
    if (segments.indexOf('.') >= 0 || segments.indexOf('..') >= 0) {
      return uri;
    }
    return segments.map(encodeURIComponent).join('/').replace(/[!'()*]/g, function (character) {
      return '%' + character.charCodeAt(0).toString(16).toUpperCase();
    });
  } catch (error) {
    return uri;
  }
}

// The decoded value of each known parameter; the first of a repeated one counts, however its name is encoded.
function firsts(querystring) {
  var known = FACTS.parameters.concat('md5', 'expires');
  var found = {};
  Object.keys(querystring).forEach(function (encoded) {
    var name = decoded(encoded);
    if (known.indexOf(name) >= 0 && found[name] === undefined) {
      var item = querystring[encoded];
      found[name] = decoded((item.multiValue ? item.multiValue[0] : item).value || '');
    }
  });
  return found;
}

// Escapes that are malformed stand for themselves. A byte beyond ASCII, valid nowhere in the grammar, stands
// for any other.
function decoded(text) {
  return text.replace(/%[0-9A-Fa-f]{2}/g, function (escape) {
    return String.fromCharCode(parseInt(escape.slice(1), 16));
  });
}

function canonicalQuery(sent) {
  var spellings = [resize(sent), crop(sent.crop), formats(sent.fmt), quality(sent.quality), signature(sent)];
  var found = {};
  spellings.join('&').split('&').forEach(function (pair) {
    var at = pair.indexOf('=');
    if (at > 0) {
      found[pair.slice(0, at)] = { value: pair.slice(at + 1) };
    }
  });
  return found;
}

// A number without leading zeros, as text; null if it is none.
function number(text) {
  if (!text || /[^0-9]/.test(text)) {
    return null;
  }
  var digits = text.replace(/^0+/, '');
  return digits.length > FACTS.largest.length ? FACTS.largest : digits || '0';
}

function positive(text) {
  var digits = number(text);
  return digits === '0' ? null : digits;
}

function resize(sent) {
  if (sent.width === undefined && sent.height === undefined) {
    return '';
  }
  var width = positive(sent.width);
  var height = positive(sent.height);
  if (sent.width !== undefined && width === null) {
    return BAD.width;
  }
  if (sent.height !== undefined && height === null) {
    return BAD.height;
  }
  if (width === null || height === null) {
    return width === null ? 'height=' + height : 'width=' + width;
  }
  var fit = sent.fit === undefined ? FACTS.fits[0] : sent.fit;
  if (FACTS.fits.indexOf(fit) < 0) {
    return BAD.fit;
  }
  return 'width=' + width + '&height=' + height + (fit === FACTS.fits[0] ? '' : '&fit=' + fit);
}

function formats(text) {
  if (text === undefined) {
    return '';
  }
  var words = text.split(',');
  if (!words.every(function (word) { return FACTS.formats.indexOf(word) >= 0; })) {
    return BAD.fmt;
  }
  return 'fmt=' + words.filter(function (word, i) { return words.indexOf(word) === i; }).join(',');
}

function quality(text) {
  if (text === undefined) {
    return '';
  }
  // The word is NaN, not above 100.
  var value = text === FACTS.auto ? text : number(text);
  return value === null || Number(value) > FACTS.max_quality ? BAD.quality : 'quality=' + value;
}

// Of a signed address; half a signature is none.
function signature(sent) {
  var md5 = sent.md5 || '';
  var expires = sent.expires || '';
  if (md5.length !== 22 || /[^A-Za-z0-9_-]/.test(md5) || expires.length > 10 || number(expires) === null) {
    return '';
  }
  return 'md5=' + md5 + '&expires=' + number(expires);
}

function crop(text) {
  if (text === undefined) {
    return '';
  }
  var tokens = text.split(',');
  var ratios = tokens.filter(function (token) { return token.indexOf(':') >= 0; });
  if (text.split(':').length > 2) {
    return BAD.crop_ratio;
  }
  // A size is {text} or {bad}.
  var ratio = ratios.length ? ratioOf(ratios[0]) : null;
  if (tokens[0] !== ratios[0]) {
    var area = areaOf(tokens);
    return area.bad || (ratio ? conflict(area, ratio) : positioned(area, tokens.slice(2), false));
  }
  var rest = tokens.slice(1);
  if (!ratio.bad && rest.length === 2 && (number(rest[0]) !== null || number(rest[1]) !== null)) {
    return conflict(areaOf(rest), ratio);
  }
  return ratio.bad || positioned(ratio, rest, true);
}

function areaOf(tokens) {
  return sizeOf(tokens, ',', 'crop_');
}

function ratioOf(token) {
  return sizeOf(token.split(':'), ':', 'crop_ratio_');
}

function sizeOf(sides, separator, kind) {
  var width = positive(sides[0]);
  var height = positive(sides[1]);
  if (width === null || height === null) {
    return { bad: BAD[kind + (width === null ? 'width' : 'height')] };
  }
  return { text: width + separator + height };
}

function conflict(area, ratio) {
  return area.bad || ratio.bad || 'crop=' + area.text + ',' + ratio.text;
}

// A size with what follows it: both positions or none, and for a ratio only offsets.
function positioned(size, tokens, offsetsOnly) {
  if (!tokens.length) {
    return 'crop=' + size.text;
  }
  var x = position('x', tokens[0]);
  var y = position('y', tokens[1] || '');
  var known = tokens.length === 2 && x && y;
  if (!known || (offsetsOnly && (x.unit !== 'offset' || y.unit !== 'offset'))) {
    return BAD.crop_no_position;
  }
  if (x.number === null || y.number === null) {
    return BAD['crop_' + (x.number === null ? x : y).unit];
  }
  if (x.unit !== y.unit && x.unit !== 'offset' && y.unit !== 'offset') {
    return BAD.crop_mixed;
  }
  if (isOver(x) || isOver(y)) {
    return BAD['crop_' + (isOver(x) ? x : y).unit + '_over_100'];
  }
  var centred = x.text === 'offset-x50' && y.text === 'offset-y50';
  return 'crop=' + size.text + (centred ? '' : ',' + x.text + ',' + y.text);
}

function isOver(position) {
  return position.unit !== 'pixels' && Number(position.number) > FACTS.max_percent;
}

function position(axis, token) {
  var isOffset = token.slice(0, 8) === 'offset-' + axis;
  if (!isOffset && token.charAt(0) !== axis) {
    return null;
  }
  var prefix = isOffset ? token.slice(0, 8) : axis;
  var suffix = !isOffset && token.slice(-1) === 'p' ? 'p' : '';
  var digits = number(token.slice(prefix.length, token.length - suffix.length));
  var unit = isOffset ? 'offset' : suffix ? 'percent' : 'pixels';
  return { unit: unit, number: digits, text: prefix + digits + suffix };
}
