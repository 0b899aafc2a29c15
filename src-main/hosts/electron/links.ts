import { dialog, shell } from 'electron'

/** Sites whose pages open without asking: the documentation that the window itself points to. */
const knownSites = ['kubernetes.io', 'helm.sh', 'docs.docker.com', 'podman.io']

/** Services, Ingresses and forwarded ports of this machine. */
const isOwn = ({ protocol, hostname }: URL) =>
  (protocol === 'http:' || protocol === 'https:') &&
  (hostname === 'localhost' || hostname === '127.0.0.1' || hostname.endsWith('.localhost'))

/**
 * What is to happen with a link: what this machine itself serves opens on any port; of elsewhere only https, and nothing
 * that carries credentials or a port of its own.
 */
export function judgeLink(text: string): 'open' | 'ask' | 'refuse' {
  const url = URL.parse(text)
  if (url && isOwn(url) && !url.username && !url.password) return 'open'
  if (url?.protocol !== 'https:' || url.username || url.password || url.port) return 'refuse'
  const isKnown = knownSites.some(
    site => url.hostname === site || url.hostname.endsWith(`.${site}`),
  )
  return isKnown ? 'open' : 'ask'
}

/** Opens a link in the person's browser if it may be; the only place that hands anything to the system to open. */
export async function openLink(text: string): Promise<{ opened: boolean }> {
  const judgement = judgeLink(text)
  if (judgement === 'refuse') return { opened: false }
  const { href, hostname } = new URL(text)
  if (judgement === 'ask') {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: `Open ${hostname} in your browser?`,
      detail: href,
      buttons: ['Cancel', 'Open'],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    })
    if (response !== 1) return { opened: false }
  }
  await shell.openExternal(href)
  return { opened: true }
}
