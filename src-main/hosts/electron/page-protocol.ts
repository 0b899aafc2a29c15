import { type CustomScheme, protocol } from 'electron'
import { answerPage, contentSecurityPolicy } from '#platform/window-pages.ts'
import { isOwnUrl, pageScheme } from './page-origin.ts'

const scheme: CustomScheme = {
  scheme: pageScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true },
}

/** Declares the window's scheme; only possible before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([scheme])
}

/** Serves the window's files. `core`: the one further origin that pages may connect to, once it is known. */
export function servePages(folder: string, core: () => string | undefined): void {
  protocol.handle(pageScheme, request => {
    if (!isOwnUrl(request.url)) return new Response('There is no such page.\n', { status: 404 })
    const origin = core()
    return answerPage(request, folder, {
      'content-security-policy': contentSecurityPolicy(...(origin ? [origin] : [])),
    })
  })
}
