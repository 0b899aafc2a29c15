import type { WriteResult } from '../../../src-main/contract/objects.ts'
import { Button } from '../../components/button.tsx'
import { Note } from '../../components/states.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import styles from './editor.module.css'

/** What the page knows of the last dry run or write. */
export interface Verdict {
  readonly tried: 'dry run' | 'apply'
  readonly result?: WriteResult
  readonly failure?: string
}

/** Where in the text the server found something wrong. */
export function problemOf(result: WriteResult | undefined) {
  const { line, column, message } = result?.error ?? {}
  if (line === undefined || message === undefined) return undefined
  return { line, message, ...(column !== undefined && { column }) }
}

interface OutcomeProps {
  verdict: Verdict | undefined
  changed: boolean
  noun: string
  cluster: string
  conflict: { overwrite: () => void; rebase: () => void } | undefined
}

/** What the server said, and what can be done about it. */
export function Outcome({ verdict, changed, noun, cluster, conflict }: OutcomeProps) {
  return (
    <div className={styles['outcome']}>
      {conflict ? (
        <section className={styles['conflict']} role="alert">
          <h2>
            <StatusGlyph shape="triangle" tone="warn" />
            Conflict
          </h2>
          <p>
            {cluster} answered 409: {verdict?.result?.error?.message}
          </p>
          <p>Your text is kept. Choose what happens to it.</p>
          <div className={styles['choices']}>
            <Button small onPress={conflict.rebase}>
              Compare with the object as it is now
            </Button>
            <Button small onPress={conflict.overwrite}>
              Write over it
            </Button>
          </div>
        </section>
      ) : (
        <section className={styles['section']}>
          <h2>Dry run</h2>
          <Answer verdict={verdict} changed={changed} noun={noun} />
        </section>
      )}
      {verdict?.result?.error?.conflicts.map(({ field, manager, message }) => (
        <Note key={field} tone="warn" flush>
          <code>{field}</code> is owned by <b>{manager}</b>. {message}
        </Note>
      ))}
      {verdict?.result?.warnings.map(warning => (
        <Note key={warning} tone="warn" flush>
          {warning}
        </Note>
      ))}
    </div>
  )
}

function Answer({
  verdict,
  changed,
  noun,
}: {
  verdict: Verdict | undefined
  changed: boolean
  noun: string
}) {
  if (verdict?.failure)
    return (
      <Note tone="bad">
        {noun} wasn’t written. Your text is kept. {verdict.failure}
      </Note>
    )
  const { result, tried } = verdict ?? {}
  if (!result) {
    return (
      <p>
        {changed
          ? 'Not tried yet. Apply tries it first, and writes only what the server accepts.'
          : 'Nothing is changed.'}
      </p>
    )
  }
  if (result.error) {
    const { code, reason, message, line, column } = result.error
    return (
      <Note tone="bad">
        <b>
          {noun} wasn’t {tried === 'apply' ? 'written' : 'accepted'}.
        </b>{' '}
        {code ? `The server answered ${code} ${reason}: ${message}` : message}
        {line !== undefined && ` (line ${line}${column === undefined ? '' : `, column ${column}`})`}
        . Your text is kept.
      </Note>
    )
  }
  return (
    <Note tone="ok">
      {result.outcome === 'unchanged'
        ? 'The server sees no change.'
        : 'The server accepts the change.'}
    </Note>
  )
}
