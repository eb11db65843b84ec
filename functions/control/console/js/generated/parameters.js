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
    "area",
    "as of crop",
    "Cut out an area before the resize, after rotate and flip."
  ],
  [
    "width",
    "1 or more",
    "Resize to this width. Alone, it keeps the aspect ratio. Enlarges only with enlarge."
  ],
  [
    "height",
    "1 or more",
    "Resize to this height. Alone, it keeps the aspect ratio. Enlarges only with enlarge."
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
    "",
    "contain",
    "The largest size within width × height. Nothing is cut."
  ],
  [
    "",
    "pad",
    "As contain, then exactly width × height. The rest has the colour of background."
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
    "dpr",
    "1–5, two decimals",
    "Multiply width, height and the pixels of crop, as far as the original is large enough."
  ],
  [
    "enlarge",
    "false",
    "The default. A resize that would enlarge is skipped."
  ],
  [
    "",
    "clamp",
    "The largest result of the same shape that the original holds."
  ],
  [
    "",
    "true",
    "Enlarge up to 4 times, and up to 8,192 pixels a side."
  ],
  [
    "gravity",
    "center",
    "The default. Where fit=fit cuts, fit=pad places and a crop without a position lies."
  ],
  [
    "",
    "north, southeast …",
    "At this side or in this corner."
  ],
  [
    "",
    "x30p,y40p",
    "Around this point of the image, in percent of its sides."
  ],
  [
    "",
    "focus",
    "Around the point in the original's metadata, x-amz-meta-focus: 30,40; else center."
  ],
  [
    "background",
    "ffffff, ffffff80",
    "The colour behind transparent pixels and of fit=pad, with or without opacity."
  ],
  [
    "fmt",
    "webp, avif, jpeg, png",
    "Convert to this format. jpg is jpeg."
  ],
  [
    "",
    "avif,webp,jpeg",
    "Convert to the first format that the client accepts. All accept jpeg and png."
  ],
  [
    "",
    "auto",
    "AVIF or WebP, whichever the client prefers."
  ],
  [
    "quality",
    "0–100",
    "On the JPEG scale, for every format. Never above the original's."
  ],
  [
    "",
    "high, medium, low",
    "95, 80, 65."
  ],
  [
    "",
    "auto",
    "The lowest at which this picture reaches the target score of the rule."
  ]
];
