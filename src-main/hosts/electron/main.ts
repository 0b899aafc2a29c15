import { app } from 'electron'
import { runElectronHost } from './electron-host.ts'

// Nothing is awaited here: Electron is not ready before this module has run to its end.
runElectronHost(process.argv.slice(app.isPackaged ? 1 : 2), import.meta.dirname)
