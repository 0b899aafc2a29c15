import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './status-glyph.module.css'

export type GlyphTone = 'ok' | 'warn' | 'bad' | 'idle' | 'info'

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5 }
const cut = {
  stroke: 'var(--glyph-ground, var(--surface))',
  strokeWidth: 1.5,
  strokeLinecap: 'round' as const,
}

/** Every state has an outline of its own, so that it survives greyscale. */
const shapes = {
  disc: <circle cx="6" cy="6" r="3.75" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.25" {...stroke} />
      <path d="M6 1.75a4.25 4.25 0 0 0 0 8.5z" fill="currentColor" />
    </>
  ),
  arc: (
    <>
      <circle cx="6" cy="6" r="4.25" {...stroke} opacity=".35" />
      <path
        d="M6 1.75A4.25 4.25 0 0 1 10.25 6"
        {...stroke}
        strokeWidth={1.75}
        strokeLinecap="round"
      />
    </>
  ),
  ring: <circle cx="6" cy="6" r="4.25" {...stroke} />,
  ringBar: (
    <>
      <circle cx="6" cy="6" r="4.25" {...stroke} />
      <path d="M4 6h4" stroke="currentColor" strokeWidth={1.5} />
    </>
  ),
  triangle: (
    <>
      <path
        d="M6 1.2 11.3 10.6H.7z"
        fill="currentColor"
        stroke="currentColor"
        strokeLinejoin="round"
      />
      <path d="M6 4.6v2.6M6 8.7v.3" {...cut} strokeWidth={1.4} />
    </>
  ),
  cross: (
    <>
      <circle cx="6" cy="6" r="5.5" fill="currentColor" />
      <path d="M4.1 4.1l3.8 3.8M7.9 4.1L4.1 7.9" {...cut} />
    </>
  ),
  tick: (
    <path
      d="M2 6.4l2.7 2.7L10 3.4"
      {...stroke}
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  ),
  dashed: <circle cx="6" cy="6" r="4" {...stroke} strokeWidth={1.25} strokeDasharray="2 1.6" />,
  dash: <path d="M3 6h6" stroke="currentColor" strokeWidth={1.6} strokeLinecap="round" />,
  info: (
    <>
      <circle cx="6" cy="6" r="5.5" fill="currentColor" />
      <path d="M6 5.6v3M6 3.4v.2" {...cut} />
    </>
  ),
} satisfies Record<string, ReactNode>

export type GlyphShape = keyof typeof shapes

/** A state: what its outline is, how serious it is. */
export interface GlyphKind {
  readonly shape: GlyphShape
  readonly tone: GlyphTone
}

/** `turning`: only where a person waits for it. */
export function StatusGlyph({ shape, tone, turning }: GlyphKind & { turning?: boolean }) {
  return (
    <svg
      className={classNames(styles['glyph'], styles[tone], turning && styles['turning'])}
      viewBox="0 0 12 12"
      aria-hidden
    >
      {shapes[shape]}
    </svg>
  )
}

/** A glyph and its word. Healthy is quiet: only trouble colours the word. */
export function Status({
  shape,
  tone,
  turning,
  children,
}: GlyphKind & { turning?: boolean; children: ReactNode }) {
  return (
    <span className={classNames(styles['status'], styles[`${tone}Word`])}>
      <StatusGlyph shape={shape} tone={tone} {...(turning && { turning })} />
      <span>{children}</span>
    </span>
  )
}
