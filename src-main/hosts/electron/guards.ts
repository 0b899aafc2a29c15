import { app, type Session, type WebContents } from 'electron'
import { isOwnUrl } from './page-origin.ts'

/**
 * What a page of ours may use: writing to the clipboard, and its own core on loopback, for which newer Chromium asks
 * leave by the last two names.
 */
const permissions = ['clipboard-sanitized-write', 'loopback-network', 'local-network-access']

const isAllowed = (permission: string, origin: string | undefined) =>
  permissions.includes(permission) && origin !== undefined && isOwnUrl(origin)

/** Sets what holds for the whole app, before it is ready: sandboxes, guards on every page, no foreign certificates. */
export function guardApp(openLink: (url: string) => void): void {
  app.enableSandbox()
  app.on('web-contents-created', (_event, contents) => guardContents(contents, openLink))
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault()
    callback(false)
  })
  app.on('select-client-certificate', (event, _contents, _url, _list, callback) => {
    event.preventDefault()
    callback()
  })
  app.on('login', (event, _contents, _request, _info, callback) => {
    event.preventDefault()
    callback()
  })
}

/** No page leaves ours, opens another, or holds a webview. Links to elsewhere go to the person's browser. */
function guardContents(contents: WebContents, openLink: (url: string) => void): void {
  const stay = (event: { url: string; preventDefault(): void }) => {
    if (!isOwnUrl(event.url)) event.preventDefault()
  }
  contents.on('will-navigate', stay)
  contents.on('will-frame-navigate', stay)
  contents.on('will-redirect', stay)
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openLink(url)
    return { action: 'deny' }
  })
}

/** Denies every permission but the few that our own pages need; Electron's default is to grant all. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(details.isMainFrame && isAllowed(permission, details.requestingUrl))
  })
  session.setPermissionCheckHandler((_contents, permission, origin) =>
    isAllowed(permission, origin),
  )
  session.setDevicePermissionHandler(() => false)
}
