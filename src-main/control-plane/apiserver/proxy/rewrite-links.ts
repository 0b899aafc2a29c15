/** A tag with everything in it. */
const tags = /<[a-z][^>]*>/gi
/** Attributes whose value is a link, as upstream's proxy knows them. */
const links =
  /(\s(?:action|background|cite|classid|codebase|data|formaction|href|icon|longdesc|manifest|poster|profile|src|usemap)\s*=\s*)("[^"]*"|'[^']*')/gi

/** Makes a page's links that begin at the root lead through the proxy. */
export function rewriteHtml(html: string, prefix: string, ownHost: string): string {
  return html.replace(tags, tag =>
    tag.replace(links, (_link, start: string, quoted: string) => {
      const quote = quoted.slice(0, 1)
      return start + quote + rewriteLink(quoted.slice(1, -1), prefix, ownHost) + quote
    }),
  )
}

/** A link as it has to be for a client behind the proxy. Links to other hosts, and relative ones, stay as they are. */
export function rewriteLink(link: string, prefix: string, ownHost: string): string {
  const absolute = /^(?:https?:)?\/\/([^/?#]*)(.*)$/i.exec(link)
  if (absolute && absolute[1] !== ownHost) return link
  const path = absolute ? absolute[2] || '/' : link
  if (!path.startsWith('/')) return link
  return path.startsWith(prefix) ? path : prefix + path
}
