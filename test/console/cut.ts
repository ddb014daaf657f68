/** What WCAG 1.4.12 lets people set: lines, paragraphs, letters and words wider apart. Not as a `style`, which no page may load. */
export const SPACED = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }');
  document.adoptedStyleSheets = [sheet];
})()`;

/**
 * What nobody could read: text beyond the page's edge or that of a box that does not scroll, text in a box that is too low for it,
 * and controls that lie on each other. What scrolls by itself may be wider.
 */
export const CUT = `(() => {
  const wide = document.documentElement.clientWidth;
  const found = [];
  const told = (each) => each.tagName.toLowerCase() + (each.className ? '.' + each.className : '') + ' ' + each.textContent.trim().slice(0, 40);
  if (document.documentElement.scrollWidth > wide) found.push('the page is ' + document.documentElement.scrollWidth + ' px wide');
  const isShown = (each) => each.checkVisibility({ visibilityProperty: true }) && !each.closest('.unseen, .skip, svg, dialog:not([open]), option');
  const boxOf = (each) => each.getBoundingClientRect();
  const hasText = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const clips = (each) => getComputedStyle(each).overflowX !== 'visible';
  for (const each of document.body.querySelectorAll('*')) {
    if (!isShown(each) || !hasText(each)) continue;
    const { left, right } = boxOf(each);
    let box = each;
    while (box && !clips(box)) box = box.parentElement;
    const scrolls = box && /auto|scroll/.test(getComputedStyle(box).overflowX);
    if (!scrolls && (right > wide + 1 || left < -1)) found.push('beyond the edge: ' + told(each));
    if (box && !scrolls && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)) found.push('cut off: ' + told(box));
  }
  const controls = [...document.querySelectorAll('main :is(a, button, input, select, summary, textarea)')].filter(
    (each) => isShown(each) && !each.closest('.scroll, .choices fieldset') && boxOf(each).width > 0,
  );
  for (const [index, one] of controls.entries()) {
    for (const other of controls.slice(index + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      // Line by line: a link that goes on in the next one lies on nothing.
      const lies = [...one.getClientRects()].some((a) => [...other.getClientRects()].some((b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4));
      if (lies) found.push('lie on each other: ' + told(one) + ' | ' + told(other));
    }
  }
  return [...new Set(found)];
})()`;
