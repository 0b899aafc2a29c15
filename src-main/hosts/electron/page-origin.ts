/** The scheme and host that the window's pages come from. */
export const pageScheme = 'app'
export const pageOrigin = `${pageScheme}://bundle`
export const pageUrl = `${pageOrigin}/index.html`

/** Whether a URL is a page of ours; compared by its parsed parts, never by how it begins. */
export function isOwnUrl(text: string): boolean {
  const url = URL.parse(text)
  if (!url) return false
  const { protocol, host, username, password } = url
  return protocol === `${pageScheme}:` && host === 'bundle' && username === '' && password === ''
}
