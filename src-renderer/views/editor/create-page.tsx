import { X } from 'lucide-react'
import { useState } from 'react'
import type { WriteResult } from '../../../src-main/contract/objects.ts'
import { useCore } from '../../bridge/hooks.ts'
import { navigate } from '../../bridge/location.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { plural } from '../../components/format.ts'
import { Page } from '../../components/page.tsx'
import { Note } from '../../components/states.tsx'
import { Status } from '../../components/status-glyph.tsx'
import { TextField } from '../../components/text-field.tsx'
import { toast } from '../../components/toasts.tsx'
import { YamlEditor } from '../../components/yaml-editor.tsx'
import { useCluster } from '../shared/cluster.ts'
import { answerText, messageOf } from '../shared/operations.ts'
import { keepDraft, readDraft } from './drafts.ts'
import styles from './editor.module.css'
import { problemOf } from './outcome.tsx'

/** Creates or applies every document of a text; tried first, then written. */
export function CreatePage() {
  const core = useCore()
  const cluster = useCluster()
  const key = `create ${cluster.id}`
  const [text, setText] = useState(() => readDraft(key)?.text ?? '')
  const [namespace, setNamespace] = useState(
    cluster.namespaces[0] ?? cluster.summary?.namespace ?? 'default',
  )
  const [results, setResults] = useState<{ dryRun: boolean; all: readonly WriteResult[] }>()
  const [failure, setFailure] = useState<string>()
  const [busy, setBusy] = useState(false)
  const leave = () => history.back()

  const send = async (dryRun: boolean): Promise<boolean> => {
    try {
      const all = await core.call('objects.create', {
        cluster: cluster.id,
        yaml: text,
        namespace,
        dryRun,
      })
      setResults({ dryRun, all })
      setFailure(undefined)
      return all.length > 0 && all.every(({ outcome }) => outcome !== 'failed')
    } catch (error) {
      setFailure(messageOf(error))
      return false
    }
  }
  const run = async (work: () => Promise<void>) => {
    if (busy) return
    setBusy(true)
    await work()
    setBusy(false)
  }
  const create = () =>
    run(async () => {
      if (!(await send(true)) || !(await send(false))) return
      keepDraft(key, undefined)
      toast({ tone: 'ok', title: `Applied to ${cluster.name}` })
      navigate({ page: 'overview', cluster: cluster.id })
    })
  const failed = results?.all.find(({ error }) => error)
  return (
    <Page
      title="Create from YAML"
      sub={`on ${cluster.name}`}
      controls={<IconButton small icon={X} label="Close, the draft is kept" onPress={leave} />}
    >
      <div className={styles['split']}>
        <YamlEditor
          autoFocus
          label="Manifest"
          text={text}
          onChange={next => {
            setText(next)
            keepDraft(key, { text: next, original: '' })
          }}
          problem={problemOf(failed)}
          onSubmit={() => void run(async () => void (await send(true)))}
        />
        <aside className={styles['side']} aria-label="Outcome">
          <div className={styles['outcome']}>
            <section className={styles['section']}>
              <h2>Namespace</h2>
              <TextField
                bare
                label="Namespace"
                value={namespace}
                onChange={setNamespace}
                hint="For documents that name none"
              />
            </section>
            <section className={styles['section']}>
              <h2>{results && !results.dryRun ? 'Applied' : 'Dry run'}</h2>
              {failure && <Note tone="bad">Nothing was written. Your text is kept. {failure}</Note>}
              {!failure && !results && (
                <p>
                  Paste or type one or more documents. They are tried on the server first, and
                  written only if it accepts all of them.
                </p>
              )}
              {results && <p>{plural(results.all.length, 'document')}</p>}
              <ul className={styles['results']}>
                {results?.all.map((result, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: documents have no other identity than their place
                  <li key={index}>
                    <ResultLine result={result} dryRun={results.dryRun} />
                  </li>
                ))}
              </ul>
            </section>
          </div>
          <div className={styles['foot']}>
            <span className={styles['grow']} />
            <Button
              isDisabled={!text.trim() || busy}
              onPress={() => void run(async () => void (await send(true)))}
            >
              Dry run
            </Button>
            <Button look="primary" isDisabled={!text.trim() || busy} onPress={() => void create()}>
              Apply to {cluster.name}
            </Button>
          </div>
        </aside>
      </div>
    </Page>
  )
}

function ResultLine({ result, dryRun }: { result: WriteResult; dryRun: boolean }) {
  const { kind, name, namespace, outcome, error } = result
  const where = namespace ? `${namespace}/${name}` : name
  return error ? (
    <>
      <Status shape="cross" tone="bad">
        {kind || name ? `${kind} ${where}` : 'A document'}
      </Status>
      <p>
        {answerText(error)}
        {error.line !== undefined &&
          ` (line ${error.line}${error.column === undefined ? '' : `, column ${error.column}`})`}
      </p>
    </>
  ) : (
    <Status shape="tick" tone="idle">
      {kind} {where} {dryRun ? `would be ${outcome}` : outcome}
    </Status>
  )
}
