const fewTexts = 12

/** Sorts texts where they are, in the order of `sort()`. Few are sorted without the work space that `sort()` allocates. */
export function sortTexts(texts: string[]): string[] {
  if (texts.length > fewTexts) return texts.sort()
  for (let next = 1; next < texts.length; next++) {
    const text = texts[next] ?? ''
    let to = next
    for (let before = texts[to - 1]; before !== undefined && before > text; before = texts[to - 1])
      texts[to--] = before
    texts[to] = text
  }
  return texts
}
