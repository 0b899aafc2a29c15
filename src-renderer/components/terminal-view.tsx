import { FitAddon } from '@xterm/addon-fit'
import { Terminal as Xterm } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { useEffect, useRef } from 'react'
import styles from './terminal.module.css'

/** What stands behind a terminal. */
export interface TerminalSession {
  /** Starts with the size the terminal got; `write` shows bytes. */
  start(size: { columns: number; rows: number }, write: (bytes: Uint8Array | string) => void): void
  input(bytes: Uint8Array): void
  resize(size: { columns: number; rows: number }): void
}

export interface TerminalProps {
  label: string
  session: TerminalSession
  isVisible: boolean
}

const scrollback = 10_000

/** xterm in the window's tokens. It takes every key but F6, which leaves it. */
export function TerminalView({ label, session, isVisible }: TerminalProps) {
  const host = useRef<HTMLDivElement>(null)
  const shown = useRef<{ terminal: Xterm; resize: () => void } | undefined>(undefined)

  useEffect(() => {
    const element = host.current
    if (!element) return
    const style = getComputedStyle(element)
    const terminal = new Xterm({
      fontFamily: style.fontFamily,
      fontSize: 12,
      lineHeight: 1.4,
      scrollback,
      cursorStyle: 'bar',
      screenReaderMode: true,
      theme: theme(style),
      minimumContrastRatio: 4.5,
    })
    const addon = new FitAddon()
    terminal.loadAddon(addon)
    terminal.open(element)
    terminal.textarea?.setAttribute('aria-label', label)
    terminal.attachCustomKeyEventHandler(event => event.key !== 'F6')
    const resize = () => element.clientHeight > 0 && addon.fit()
    resize()
    const encoder = new TextEncoder()
    terminal.onData(text => session.input(encoder.encode(text)))
    terminal.onBinary(text =>
      session.input(Uint8Array.from(text, character => character.charCodeAt(0))),
    )
    terminal.onResize(({ cols, rows }) => session.resize({ columns: cols, rows }))
    session.start({ columns: terminal.cols, rows: terminal.rows }, bytes => terminal.write(bytes))
    const observer = new ResizeObserver(resize)
    observer.observe(element)
    const repaint = () => {
      terminal.options.theme = theme(getComputedStyle(element))
    }
    const scheme = matchMedia('(prefers-color-scheme: dark)')
    const themed = new MutationObserver(repaint)
    themed.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    scheme.addEventListener('change', repaint)
    shown.current = { terminal, resize }
    return () => {
      scheme.removeEventListener('change', repaint)
      themed.disconnect()
      observer.disconnect()
      terminal.dispose()
    }
  }, [label, session])

  useEffect(() => {
    if (!isVisible) return
    shown.current?.resize()
    shown.current?.terminal.focus()
  }, [isVisible])

  return <div ref={host} className={styles['terminal']} />
}

/** Tokens resolve to one colour only once they are used: each is read from a property that carries it. */
function theme(style: CSSStyleDeclaration) {
  return {
    background: style.backgroundColor,
    foreground: style.color,
    cursor: style.caretColor,
    selectionBackground: style.outlineColor,
  }
}
