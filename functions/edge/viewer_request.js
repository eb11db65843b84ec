// Runs before the cache lookup. Gives all requests with the same meaning one spelling, and adds facts that only the
// edge knows about the viewer.
// Written for cloudfront-js-2.0, so in ECMAScript 5.1. In its engine `$` also matches before a line feed at the end, so
// no decoded value is tested with it.

// The table of parameters. `make edge` writes it from imagestack/request/parameters.py. Parameters of one group are read
// together: one bad value voids the others.
var TABLE = {"largest": "9999999999", "formats": ["avif", "webp"], "universal": ["jpeg", "png"], "groups":
  [[{"name": "rotate", "kind": "number", "among": ["90", "180", "270"]}], [{"name": "flip", "kind":
  "choice", "words": ["h", "v", "hv"]}], [{"name": "area", "kind": "area"}], [{"name": "width",
  "kind": "number", "least": 1}, {"name": "height", "kind": "number", "least": 1}, {"name": "fit",
  "kind": "choice", "words": ["fit", "bounds", "cover", "force", "contain", "pad"], "needs":
  [["width", "height"]], "unspelled": "fit", "void": "width=1&height=1&fit="}], [{"name": "crop",
  "kind": "crop", "bad": {"width": "crop=", "height": "crop=1", "ratio": "crop=::", "ratio_width":
  "crop=:1", "ratio_height": "crop=1:", "no_position": "crop=1,1,", "pixels": "crop=1,1,x,y",
  "percent": "crop=1,1,xp,yp", "offset": "crop=1,1,offset-x,offset-y", "mixed": "crop=1,1,x0,y0p",
  "percent_over_100": "crop=1,1,x101p,y0p", "offset_over_100": "crop=1,1,offset-x101,offset-y0"}}],
  [{"name": "dpr", "kind": "decimal", "least": 1, "most": 5, "decimals": 2, "needs": [["width"],
  ["height"], ["crop"]], "unspelled": "1"}], [{"name": "enlarge", "kind": "choice", "words":
  ["false", "clamp", "true"], "needs": [["width"], ["height"]], "unspelled": "false"}], [{"name":
  "gravity", "kind": "gravity", "words": ["center", "north", "northeast", "east", "southeast",
  "south", "southwest", "west", "northwest", "focus"], "needs": [["width", "height"], ["crop"]],
  "unspelled": "center"}], [{"name": "background", "kind": "colour"}], [{"name": "fmt", "kind":
  "words", "words": ["jpeg", "png", "webp", "avif"], "aliases": {"jpg": "jpeg"}, "alone": "auto"}],
  [{"name": "quality", "kind": "number", "most": 100, "words": {"auto": "auto", "high": "95",
  "medium": "80", "low": "65"}}]]};

function handler(event) {
  var request = event.request;
  var headers = request.headers;
  setHeader(headers, 'x-forwarded-host', host(joined(headers.host)));
  setHeader(headers, 'x-img-accept', accepted(joined(headers.accept)));
  setHeader(headers, 'x-img-viewer', (event.viewer && event.viewer.ip) || '');
  // An HTTP API decodes the path before Lambda receives it, and even cuts it at a decoded question mark. A second
  // encoding preserves the path.
  request.uri = canonicalPath(request.uri).replace(/%/g, '%25');
  if (request.method === 'GET' || request.method === 'HEAD') {
    // The whole query is replaced: the cache policy keeps all query strings, so nothing unknown may remain.
    var query = canonicalQuery(firsts(request.querystring || {}));
    request.querystring = query;
    if (query.fmt && query.fmt.value.split(',').every(function (name) { return TABLE.universal.indexOf(name) >= 0; })) {
      // The answer is the same whatever the client accepts.
      setHeader(headers, 'x-img-accept', 'none');
    }
  }
  return request;
}

// Joins all lines of a header (RFC 9110 section 5.3).
function joined(header) {
  var lines = header ? header.multiValue || [header] : [];
  return lines.map(function (line) { return line.value; }).join(',');
}

// Replaces or removes the viewer's header of this name.
function setHeader(headers, name, value) {
  if (value) {
    headers[name] = { value: value };
  } else {
    delete headers[name];
  }
}

// Host names ignore case, and resources have no port.
function host(header) {
  return header.toLowerCase().split(':')[0].replace(/\.$/, '');
}

// The formats that the client proves to decode, the best first (imagestack/request/accept.py).
function accepted(accept) {
  var weights = {};
  accept.toLowerCase().split(',').forEach(function (range) {
    var parts = range.split(';');
    var type = /^[ \t]*image\/([a-z]+)[ \t]*$/.exec(parts[0]);
    if (type && TABLE.formats.indexOf(type[1]) >= 0) {
      var weight = weightOf(parts.slice(1));
      // A format that is named twice keeps the lower weight: q=0 forbids it at any position.
      weights[type[1]] = type[1] in weights ? Math.min(weight, weights[type[1]]) : weight;
    }
  });
  // For equal weights the order of the table decides.
  var names = TABLE.formats.filter(function (name) { return weights[name] > 0; });
  names.sort(function (a, b) { return weights[b] - weights[a] || TABLE.formats.indexOf(a) - TABLE.formats.indexOf(b); });
  return names.join(',') || 'none';
}

// The weight by RFC 9110 section 12.4.2: 0 to 1 with at most three decimals. Anything else counts as 0.
function weightOf(parameters) {
  for (var i = 0; i < parameters.length; i++) {
    if (/^[ \t]*q[ \t]*(=|$)/.test(parameters[i])) {
      var weight = /^[ \t]*q[ \t]*=[ \t]*(0(\.[0-9]{0,3})?|1(\.0{0,3})?)[ \t]*$/.exec(parameters[i]);
      return weight ? Number(weight[1]) : 0;
    }
  }
  return 1;
}

// One spelling of the key: everything but unreserved characters and slashes is encoded (RFC 3986 section 2.3). A path
// that is not a key stays unchanged, and the function refuses it.
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

// The decoded value of each known parameter. The first of repeated ones counts, also if its name is encoded.
function firsts(querystring) {
  var known = { md5: true, expires: true };
  TABLE.groups.forEach(function (rows) {
    rows.forEach(function (row) { known[row.name] = true; });
  });
  var found = {};
  Object.keys(querystring).forEach(function (encoded) {
    var name = decoded(encoded);
    if (known[name] === true && found[name] === undefined) {
      var item = querystring[encoded];
      found[name] = decoded((item.multiValue ? item.multiValue[0] : item).value || '');
    }
  });
  return found;
}

// Decodes percent escapes; malformed ones stay. Each byte beyond ASCII becomes a character of its own, which no value
// of the grammar contains.
function decoded(text) {
  return text.replace(/%[0-9A-Fa-f]{2}/g, function (escape) {
    return String.fromCharCode(parseInt(escape.slice(1), 16));
  });
}

function canonicalQuery(sent) {
  var values = {};
  var voids = TABLE.groups.map(function (rows) { return group(rows, sent, values); });
  if (values.crop && !values.gravity) {
    values.crop = values.crop.replace(CENTRE, '');
  }
  var pairs = [];
  TABLE.groups.forEach(function (rows, i) {
    pairs.push(voids[i]);
    rows.forEach(function (row) {
      if (values[row.name] !== undefined && isUsed(row, values)) {
        pairs.push(row.name + '=' + values[row.name]);
      }
    });
  });
  pairs.push(signature(sent));
  var query = {};
  pairs.join('&').split('&').forEach(function (pair) {
    var at = pair.indexOf('=');
    if (at > 0) {
      query[pair.slice(0, at)] = { value: pair.slice(at + 1) };
    }
  });
  return query;
}

// Adds the values of parameters that are read together, without defaults. Returns the spelling that represents the first
// bad one, which voids the others; empty if there is none.
function group(rows, sent, values) {
  var found = {};
  for (var i = 0; i < rows.length; i++) {
    var row = rows[i];
    // A parameter that is alone in its group is read even where it has no meaning, so that a bad value is reported.
    if (sent[row.name] === undefined || (rows.length > 1 && !isUsed(row, found))) {
      continue;
    }
    var value = READERS[row.kind](sent[row.name], row);
    if (value === null) {
      return row.void || row.name + '=';
    }
    if (value.bad !== undefined) {
      return value.bad;
    }
    if (value !== row.unspelled) {
      found[row.name] = value;
    }
  }
  Object.keys(found).forEach(function (name) { values[name] = found[name]; });
  return '';
}

// Whether a parameter has a meaning beside these values.
function isUsed(row, values) {
  return !row.needs || row.needs.some(function (names) {
    return names.every(function (name) { return values[name] !== undefined; });
  });
}

// A reader for each kind of value (imagestack/request/kinds.py). It returns the canonical text, or null for a bad
// value. A third result is {bad: the spelling that represents all values that are bad in this way}.
var READERS = {
  number: function (text, row) {
    if (row.words && own(row.words, text)) {
      return row.words[text];
    }
    var digits = number(text);
    var isAllowed = !row.among || row.among.indexOf(digits) >= 0;
    return isAllowed && isWithin(digits, row) ? digits : null;
  },
  decimal: function (text, row) {
    var parts = text.split('.');
    var whole = number(parts[0]);
    var fraction = parts.length > 1 ? parts[1] : '0';
    if (whole === null || number(fraction) === null || fraction.length > row.decimals || parts.length > 2) {
      return null;
    }
    fraction = fraction.replace(/0+$/, '');
    var digits = whole + (fraction && '.' + fraction);
    return isWithin(digits, row) ? digits : null;
  },
  choice: choice,
  words: function (text, row) {
    if (text === row.alone) {
      return text;
    }
    var words = text.split(',').map(function (word) { return own(row.aliases, word) ? row.aliases[word] : word; });
    if (!words.every(function (word) { return row.words.indexOf(word) >= 0; })) {
      return null;
    }
    return words.filter(function (word, i) { return words.indexOf(word) === i; }).join(',');
  },
  gravity: function (text, row) {
    var tokens = text.split(',');
    var x = position('x', tokens[0]);
    var y = position('y', tokens[1] || '');
    var isPoint = tokens.length === 2 && isPercent(x) && isPercent(y);
    return isPoint ? x.text + ',' + y.text : choice(text, row);
  },
  colour: function (text) {
    if ((text.length !== 6 && text.length !== 8) || /[^0-9A-Fa-f]/.test(text)) {
      return null;
    }
    return text.toLowerCase().replace(/^(.{6})ff$/, '$1');
  },
  area: function (text) {
    var value = crop(text, { bad: {} });
    return typeof value === 'string' ? value.replace(CENTRE, '') : null;
  },
  crop: crop
};

// The position of a crop that is where it would be without one.
var CENTRE = ',offset-x50,offset-y50';

function own(map, name) {
  return Object.prototype.hasOwnProperty.call(map, name);
}

function choice(text, row) {
  return row.words.indexOf(text) >= 0 ? text : null;
}

function isWithin(digits, row) {
  return digits !== null && Number(digits) >= (row.least || 0) && !(Number(digits) > row.most);
}

function isPercent(position) {
  return position && position.unit === 'percent' && position.number !== null && !isOver100(position);
}

// A number as text without leading zeros; null for anything else.
function number(text) {
  if (!text || /[^0-9]/.test(text)) {
    return null;
  }
  var digits = text.replace(/^0+/, '');
  return digits.length > TABLE.largest.length ? TABLE.largest : digits || '0';
}

function positive(text) {
  var digits = number(text);
  return digits === '0' ? null : digits;
}

// The two parameters of a signed address; an incomplete signature is dropped.
function signature(sent) {
  var md5 = sent.md5 || '';
  var expires = sent.expires || '';
  if (md5.length !== 22 || /[^A-Za-z0-9_-]/.test(md5) || expires.length > 10 || number(expires) === null) {
    return '';
  }
  return 'md5=' + md5 + '&expires=' + number(expires);
}

// The crop value (imagestack/request/crop_value.py).
function crop(text, row) {
  var bad = row.bad;
  var tokens = text.split(',');
  var ratios = tokens.filter(function (token) { return token.indexOf(':') >= 0; });
  if (text.split(':').length > 2) {
    return { bad: bad.ratio };
  }
  // A size is {text} or {bad}.
  var ratio = ratios.length ? sizeOf(ratios[0].split(':'), ':', 'ratio_', bad) : null;
  if (tokens[0] !== ratios[0]) {
    var area = sizeOf(tokens, ',', '', bad);
    if (area.text === undefined) {
      return area;
    }
    return ratio ? conflict(area, ratio) : positioned(area, tokens.slice(2), false, bad);
  }
  if (ratio.text === undefined) {
    return ratio;
  }
  var rest = tokens.slice(1);
  if (rest.length === 2 && (number(rest[0]) !== null || number(rest[1]) !== null)) {
    return conflict(sizeOf(rest, ',', '', bad), ratio);
  }
  return positioned(ratio, rest, true, bad);
}

function sizeOf(sides, separator, kind, bad) {
  var width = positive(sides[0]);
  var height = positive(sides[1]);
  if (width === null || height === null) {
    return { bad: bad[kind + (width === null ? 'width' : 'height')] };
  }
  return { text: width + separator + height };
}

function conflict(area, ratio) {
  if (area.text === undefined) {
    return area;
  }
  return ratio.text === undefined ? ratio : { bad: 'crop=' + area.text + ',' + ratio.text };
}

// A size with its position: both coordinates or none; a ratio takes only offsets.
function positioned(size, tokens, offsetsOnly, bad) {
  if (!tokens.length) {
    return size.text;
  }
  var x = position('x', tokens[0]);
  var y = position('y', tokens[1] || '');
  var isKnown = tokens.length === 2 && x && y;
  if (!isKnown || (offsetsOnly && (x.unit !== 'offset' || y.unit !== 'offset'))) {
    return { bad: bad.no_position };
  }
  if (x.number === null || y.number === null) {
    return { bad: bad[(x.number === null ? x : y).unit] };
  }
  if (x.unit !== y.unit && x.unit !== 'offset' && y.unit !== 'offset') {
    return { bad: bad.mixed };
  }
  if (isOver100(x) || isOver100(y)) {
    return { bad: bad[(isOver100(x) ? x : y).unit + '_over_100'] };
  }
  return size.text + ',' + x.text + ',' + y.text;
}

function isOver100(position) {
  return position.unit !== 'pixels' && Number(position.number) > 100;
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
