import { X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ObjectName, WriteResult } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import { useCore } from '../../bridge/hooks.ts'
import { navigate } from '../../bridge/location.ts'
import type { Route } from '../../bridge/route.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Page } from '../../components/page.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { toast } from '../../components/toasts.tsx'
import { YamlEditor } from '../../components/yaml-editor.tsx'
import { useCluster } from '../shared/cluster.ts'
import { messageOf } from '../shared/operations.ts'
import { draftKey, keepDraft, readDraft } from './drafts.ts'
import styles from './editor.module.css'
import { Outcome, problemOf, type Verdict } from './outcome.tsx'

type EditRoute = Extract<Route, { page: 'edit' }>

/** Edits one object: changes drawn in the text, a dry run first, conflicts as a choice; what was typed is never lost. */
export function EditPage({ route, info }: { route: EditRoute; info: ResourceInfo }) {
  const cluster = useCluster()
  const object: ObjectName = { cluster: cluster.id, resource: route.resource, ...route.object }
  const key = draftKey(object)
  return <Editing key={key} object={object} info={info} route={route} clusterName={cluster.name} />
}

interface EditingProps {
  object: ObjectName
  info: ResourceInfo
  route: EditRoute
  clusterName: string
}

function Editing({ object, info, route, clusterName }: EditingProps) {
  const edit = useEdit(object)
  const [view, setView] = useState<'yaml' | 'changes'>('yaml')
  const leave = () =>
    navigate({
      page: 'list',
      cluster: object.cluster,
      resource: route.resource,
      list: { filter: '' },
      object: route.object,
    })
  const { text, original, verdict, busy, loadError } = edit
  const changed = text !== undefined && text !== original
  const conflict = verdict?.result?.error?.code === 409
  const apply = async () => {
    if (await edit.apply(false)) leave()
  }
  return (
    <Page
      title={`Edit ${object.name}`}
      sub={object.namespace ? `${info.kind} in ${object.namespace}` : info.kind}
      controls={
        <>
          <Segmented
            small
            label="View"
            value={view}
            onChange={setView}
            items={[
              { id: 'yaml', label: 'YAML' },
              { id: 'changes', label: 'Changes' },
            ]}
          />
          <IconButton small icon={X} label="Close, the draft is kept" onPress={leave} />
        </>
      }
    >
      {loadError ? (
        <ErrorState
          title={`${info.kind} ${object.name} can’t be read`}
          message={loadError}
          onRetry={edit.load}
        />
      ) : text === undefined ? (
        <Skeleton />
      ) : (
        <div className={styles['split']}>
          <YamlEditor
            autoFocus
            label={`YAML of ${info.kind} ${object.name}`}
            text={text}
            original={view === 'changes' ? original : undefined}
            onChange={edit.type}
            problem={problemOf(verdict?.result)}
            onSubmit={() => void edit.dryRun()}
          />
          <aside className={styles['side']} aria-label="Outcome">
            <Outcome
              verdict={verdict}
              changed={changed}
              noun={`${info.kind} ${object.name}`}
              cluster={clusterName}
              conflict={
                conflict
                  ? {
                      overwrite: async () => {
                        if (await edit.apply(true)) leave()
                      },
                      rebase: edit.rebase,
                    }
                  : undefined
              }
            />
            <div className={styles['foot']}>
              <Button look="quiet" isDisabled={!changed} onPress={edit.discard}>
                Discard
              </Button>
              <span className={styles['grow']} />
              <Button isDisabled={!changed || busy} onPress={() => void edit.dryRun()}>
                Dry run
              </Button>
              <Button
                look="primary"
                isDisabled={!changed || busy || conflict}
                onPress={() => void apply()}
              >
                Apply to {clusterName}
              </Button>
            </div>
          </aside>
        </div>
      )}
    </Page>
  )
}

/** The text of an object, its draft, and what the server says about it. */
function useEdit(object: ObjectName) {
  const core = useCore()
  const key = draftKey(object)
  const [draft, setDraft] = useState(() => readDraft(key))
  const [verdict, setVerdict] = useState<Verdict>()
  const [loadError, setLoadError] = useState<string>()
  const [busy, setBusy] = useState(false)

  const keep = (next: { text: string; original: string }) => {
    setDraft(next)
    keepDraft(key, next)
  }
  const read = async () => (await core.call('objects.yaml', { object, reveal: false })).yaml
  const load = async () => {
    setLoadError(undefined)
    try {
      const text = await read()
      keep({ text, original: text })
    } catch (error) {
      setLoadError(messageOf(error))
    }
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each object; a draft is taken up as it was left
  useEffect(() => {
    if (!draft) void load()
  }, [key])

  const send = async (dryRun: boolean, force: boolean): Promise<WriteResult | undefined> => {
    if (!draft) return undefined
    const tried = dryRun ? 'dry run' : 'apply'
    try {
      const result = await core.call('objects.replace', { object, yaml: draft.text, dryRun, force })
      setVerdict({ tried, result })
      return result
    } catch (error) {
      setVerdict({ tried, failure: messageOf(error) })
      return undefined
    }
  }
  const once = async <T,>(work: () => Promise<T>): Promise<T | undefined> => {
    if (busy) return undefined
    setBusy(true)
    try {
      return await work()
    } finally {
      setBusy(false)
    }
  }
  return {
    text: draft?.text,
    original: draft?.original,
    verdict,
    busy,
    loadError,
    load: () => void load(),
    type: (text: string) => {
      if (draft) keep({ text, original: draft.original })
    },
    discard: () => {
      if (draft) keep({ text: draft.original, original: draft.original })
      setVerdict(undefined)
    },
    dryRun: () => once(() => send(true, false)),
    /** Dry run first; only what the server would accept is written. True when it was. */
    apply: (force: boolean) =>
      once(async () => {
        const tried = await send(true, force)
        if (tried?.outcome === 'failed' || !tried) return false
        const done = await send(false, force)
        if (!done || done.outcome === 'failed') return false
        keepDraft(key, undefined)
        toast({
          tone: 'ok',
          title: `${done.kind} ${done.name} ${done.outcome}`,
          ...(done.warnings.length && { detail: done.warnings.join('\n') }),
        })
        return true
      }),
    /** Keeps the text and compares it with the object as it is now. */
    rebase: () =>
      once(async () => {
        const original = await read()
        if (draft) keep({ text: withVersionOf(draft.text, original), original })
        setVerdict(undefined)
      }),
  }
}

const version = /^(\s*resourceVersion:\s*).*$/m

/** The text with the resourceVersion of the object as it is now, so that the next write is judged against that. */
function withVersionOf(text: string, current: string): string {
  const line = version.exec(current)?.[0]
  return line === undefined ? text : text.replace(version, line)
}
