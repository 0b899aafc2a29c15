import type { MenuItemConstructorOptions } from 'electron'

const file: MenuItemConstructorOptions = {
  label: '&File',
  submenu: [{ role: 'close' }, { role: 'quit' }],
}

/** The application's menu. A packaged app has no way to reload its page or look inside it. */
export function menuTemplate(options: {
  isMac: boolean
  isPackaged: boolean
  openDocumentation: () => void
}): MenuItemConstructorOptions[] {
  const { isMac, isPackaged, openDocumentation } = options
  const separator = { type: 'separator' } as const
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    ...(isMac ? [] : [file]),
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
        ...(isPackaged
          ? []
          : [separator, { role: 'reload' } as const, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [{ label: 'Kubernetes Documentation', click: openDocumentation }],
    },
  ]
}
