/** What a name, a reason or a script may hold. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a script': '</title><script>alert(1)</script>',
  'markup with a handler': '<img src=x onerror=alert(1)>',
  'the end of an attribute': `" onfocus="alert(1)" autofocus="' x='`,
  'the end of a comment and of a bdi': '--></bdi></q></section><h1>Mine</h1>',
  'markup of Turbo': '<turbo-stream action="replace" target="main"><template>gone</template></turbo-stream>',
  'a link that runs': 'javascript:alert(1)',
  'characters by number': '&lt;b&gt;&#60;script&#62;&amp;',
  'an override of direction': '\u202egnp.exe\u202d \u2067abc',
  'letters from right to left': 'שלום (עולם) 12',
  'nothing to be seen': 'a\u200b\u200d\ufeff\u2060b',
  'stacked accents': `Z${'\u0335\u0489\u0300'.repeat(40)}`,
  faces: '👩‍👩‍👧‍👦🏳️‍🌈',
  'three hundred letters': 'W'.repeat(300),
  'a formula': '=HYPERLINK("http://evil.example")',
};

type Tag = { readonly name: string; readonly attributes: readonly (readonly [name: string, value: string])[] };

const TAG = /<(\/?[a-z][a-z0-9-]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi;
const ATTRIBUTE = /([a-z-]+)(?:="([^"]*)")?/gi;

/** Tags as a browser reads them: what stands in quotes is no tag. */
export function tagsIn(html: string): readonly Tag[] {
  return [...html.matchAll(TAG)].map(([, name = '', attributes = '']) => ({
    name,
    attributes: [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, value] as const),
  }));
}

/** What a page is made of, without what it says. */
export function shapeOf(html: string): readonly string[] {
  return tagsIn(html).map(({ name, attributes }) => [name, ...attributes.map(([key]) => key)].join(' '));
}
