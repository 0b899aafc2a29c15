import { Age } from '../../components/age.tsx'
import { Note } from '../../components/states.tsx'

/** Says how old the rows are and why. */
export function StaleNote({ message, since }: { message?: string; since?: number }) {
  return (
    <Note tone="warn" flush>
      <b>
        Not live
        {since !== undefined && (
          <>
            {' '}
            for <Age long since={new Date(since).toISOString()} />
          </>
        )}
        .
      </b>{' '}
      {message} The list is tried again by itself.
    </Note>
  )
}
