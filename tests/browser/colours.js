// Gives every text whose contrast with what lies behind it is too low (WCAG 2.2, 1.4.3), in drawings
// too. Large text gets no discount.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (words) => {
    if (!known.has(words)) known.set(words, painting(words));
    return known.get(words);
  };
  const painting = (words) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = words;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (c) => {
    const part = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  };
  const contrast = (a, b) => {
    const [high, low] = [light(a), light(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const painted = (style, name) => {
    const found = colour(style[name]);
    return [...found.slice(0, 3), found[3] * style[`${name}Opacity`] * style.opacity];
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found[3] === 1) return found;
    }
    return [255, 255, 255, 1];
  };
  // The paint under a point: that of the page, then of every shape drawn before the text.
  const behind = (text, x, y, base, shapes) => {
    let below = base;
    for (const { shape, frame, paint, inverse } of shapes) {
      if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) continue;
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
      if (shape.isPointInFill(new DOMPoint(x, y).matrixTransform(inverse))) below = over(paint, below);
    }
    return below;
  };
  const weak = [];
  for (const drawing of document.querySelectorAll("svg")) {
    if (!drawing.getBoundingClientRect().width) continue;
    const base = ground(drawing);
    const shapes = [...drawing.querySelectorAll("path, rect, circle, polygon, ellipse")]
      .filter((shape) => !shape.closest("defs") && shape.getScreenCTM())
      .map((shape) => ({ shape, style: getComputedStyle(shape) }))
      .filter(({ style }) => style.fill !== "none" && !style.fill.startsWith("url"))
      .map(({ shape, style }) => ({
        shape, frame: shape.getBoundingClientRect(), paint: painted(style, "fill"),
        inverse: shape.getScreenCTM().inverse(),
      }));
    for (const text of drawing.querySelectorAll("text")) {
      const style = getComputedStyle(text);
      const frame = text.getBoundingClientRect();
      if (!frame.width) continue;
      const halo = style.stroke !== "none" && parseFloat(style.strokeWidth) >= 3;
      for (const share of [0.02, 0.25, 0.5, 0.75, 0.98]) {
        const [x, y] = [frame.left + share * frame.width, frame.top + frame.height / 2];
        const below = halo ? over(painted(style, "stroke"), base) : behind(text, x, y, base, shapes);
        const found = contrast(over(painted(style, "fill"), below), below);
        if (found < 4.5) {
          weak.push(`${text.getAttribute("class")}: ${found.toFixed(2)} (${text.textContent})`);
          break;
        }
      }
    }
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("svg, style, .unseen")) continue;
    if (!element.checkVisibility({ opacityProperty: true })) continue;
    const below = ground(element);
    const found = contrast(over(colour(getComputedStyle(element).color), below), below);
    if (found < 4.5) {
      weak.push(`${element.className}: ${found.toFixed(2)} (${walker.currentNode.data.trim()})`);
    }
  }
  return weak;
}
