import { useEffect, useMemo, useState } from 'react'
import { useCore, useStore } from '../../bridge/hooks.ts'
import { Button } from '../../components/button.tsx'
import { Note } from '../../components/states.tsx'
import { Terminal } from '../../components/terminal.tsx'
import { closeTab, type DockTab } from '../shared/dock-store.ts'
import { type ShellEnd, ShellSession } from './shell-session.ts'

/** A shell in a container. Once it has ended it says how, and starts again when asked. */
export function ShellTab({ tab, isVisible }: { tab: DockTab; isVisible: boolean }) {
  const core = useCore()
  const [run, setRun] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: every run is a session of its own
  const session = useMemo(() => new ShellSession(core, tab.target), [core, tab.target, run])
  useEffect(() => () => session[Symbol.dispose](), [session])
  const ended = useStore(session.ended)
  return (
    <>
      {ended && (
        <Note
          flush
          tone={ended.code === 0 ? 'info' : 'bad'}
          actions={
            <>
              <Button small onPress={() => setRun(run + 1)}>
                Open again
              </Button>
              <Button small look="quiet" onPress={() => closeTab(tab.id)}>
                Close
              </Button>
            </>
          }
        >
          {endText(ended, tab)}
        </Note>
      )}
      <Terminal
        key={run}
        label={`Shell in ${tab.target.container} on ${tab.target.pod}`}
        session={session}
        isVisible={isVisible}
      />
    </>
  )
}

function endText({ code, message }: ShellEnd, { target }: DockTab): string {
  const what =
    code === undefined
      ? `The shell in ${target.container} ended`
      : `The shell in ${target.container} exited with code ${code}`
  return message ? `${what}: ${message}` : what
}
