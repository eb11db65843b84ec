// The parameters of the query. Written by `make tables` from imagestack/request/parameters.py.

/** Names, values and meanings; a row without a name belongs to the parameter above it. */
export const PARAMETERS = [
  [
    "rotate",
    "90, 180, 270",
    "Rotate clockwise by so many degrees, before everything else."
  ],
  [
    "flip",
    "h",
    "Exchange left and right, after rotate and before everything else."
  ],
  [
    "",
    "v",
    "Exchange top and bottom."
  ],
  [
    "",
    "hv",
    "Both, which is a rotation by 180 degrees."
  ],
  [
    "width",
    "1 or more",
    "Resize to this width. Alone, it keeps the aspect ratio. Never enlarges."
  ],
  [
    "height",
    "1 or more",
    "Resize to this height. Alone, it keeps the aspect ratio. Never enlarges."
  ],
  [
    "fit",
    "fit",
    "The default. Cover the area and cut the excess evenly: exactly width × height."
  ],
  [
    "",
    "bounds",
    "Resize by the greater of the two numbers alone."
  ],
  [
    "",
    "cover",
    "Resize by the smaller of the two numbers alone."
  ],
  [
    "",
    "force",
    "Exactly width × height. The aspect ratio is ignored."
  ],
  [
    "crop",
    "4:5",
    "The largest centred area of this ratio. 4:5,offset-x0,offset-y100 puts it elsewhere."
  ],
  [
    "",
    "200,100",
    "A centred area."
  ],
  [
    "",
    "200,100,x10,y20",
    "The upper left corner in pixels."
  ],
  [
    "",
    "200,100,x10p,y20p",
    "The upper left corner in percent of the image's sides."
  ],
  [
    "",
    "200,100,offset-x0,offset-y80",
    "Percent of the unwanted part that is cut on the left and on the top."
  ],
  [
    "fmt",
    "webp, avif, or a list",
    "Convert to the first format that the client accepts."
  ],
  [
    "quality",
    "0–100",
    "On the JPEG scale, for every format. Never above the original's."
  ],
  [
    "",
    "auto",
    "The lowest at which this picture reaches the target score of the rule."
  ]
];
