import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  Clock,
  Download,
  Search,
  SquareTerminal,
  WrapText,
} from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { Core } from '../../bridge/core.ts'
import { useCore, useSetting, useStore } from '../../bridge/hooks.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { formatCount } from '../../components/format.ts'
import { findInLog, type LogEntry } from '../../components/log-buffer.ts'
import { LogView } from '../../components/log-view.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { Select } from '../../components/select.tsx'
import { Note, Skeleton } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useAppearance } from '../shared/appearance.ts'
import { type DockTab, openTab, retarget } from '../shared/dock-store.ts'
import styles from './dock.module.css'
import { LogSession } from './log-session.ts'

type LogTab = Extract<DockTab, { type: 'logs' }>

const ranges = [
  { id: 'tail', label: 'last 1 000 lines', input: { tailLines: 1000 } },
  { id: '5m', label: '5 minutes', input: { sinceSeconds: 300 } },
  { id: '1h', label: '1 hour', input: { sinceSeconds: 3600 } },
  { id: '1d', label: '1 day', input: { sinceSeconds: 86_400 } },
  { id: 'all', label: 'the start', input: {} },
] as const
type RangeId = (typeof ranges)[number]['id']
const asBoolean = (standard: boolean) => (value: unknown) =>
  typeof value === 'boolean' ? value : standard

/** The log of one container: following, searched, downloaded. */
export function LogsTab({ tab, isVisible }: { tab: LogTab; isVisible: boolean }) {
  const core = useCore()
  const [previous, setPrevious] = useState(false)
  const [range, setRange] = useState<RangeId>('tail')
  const [following, setFollowing] = useState(true)
  const [times, setTimes] = useSetting('logs.times', asBoolean(true))
  const [wrap, setWrap] = useSetting('logs.wrap', asBoolean(false))
  const [query, setQuery] = useState('')
  const [hit, setHit] = useState<number>()
  const [attempt, setAttempt] = useState(0)
  const session = useLog(core, tab, { previous, range, attempt })
  const { entries, error, started, dropped } = useStore(session.state)
  const found = useMemo(
    () => findInLog(entries, isVisible ? query : ''),
    [entries, query, isVisible],
  )
  const { density } = useAppearance()[0]
  const jump = (step: 1 | -1) => {
    if (!found.places.length) return
    const at =
      hit === undefined ? (step > 0 ? -1 : 0) : found.places.findIndex(place => place >= hit)
    const next = found.places[(at + step + found.places.length) % found.places.length]
    setFollowing(false)
    setHit(next)
  }
  const position = hit === undefined ? -1 : found.places.indexOf(hit)
  return (
    <>
      <div className={styles['tools']} role="toolbar" aria-label="Log">
        <TargetChoice tab={tab} />
        <Segmented
          small
          label="Which run"
          value={previous ? 'previous' : 'current'}
          onChange={run => setPrevious(run === 'previous')}
          items={[
            { id: 'current', label: 'Current' },
            { id: 'previous', label: 'Previous' },
          ]}
        />
        <Select
          pick
          label="Since"
          prefix="Since"
          options={ranges}
          value={range}
          onChange={setRange}
        />
        <span className={styles['grow']} />
        <div className={styles['search']}>
          <TextField
            bare
            small
            mono
            label="Search this log"
            placeholder="Search"
            icon={Search}
            value={query}
            onChange={text => {
              setQuery(text)
              setHit(undefined)
            }}
            end={
              query && (
                <span className={styles['hits']} role="status">
                  {position >= 0
                    ? `${position + 1} of ${found.places.length}`
                    : `${formatCount(found.places.length)} found`}
                </span>
              )
            }
            onKeyDown={event => {
              if (event.key === 'Enter') jump(event.shiftKey ? -1 : 1)
              if (event.key === 'Escape' && query) {
                event.stopPropagation()
                setQuery('')
              }
            }}
          />
        </div>
        <span className={styles['jump']}>
          <IconButton
            small
            icon={ArrowUp}
            label="Previous hit"
            isDisabled={!found.places.length}
            onPress={() => jump(-1)}
          />
          <IconButton
            small
            icon={ArrowDown}
            label="Next hit"
            isDisabled={!found.places.length}
            onPress={() => jump(1)}
          />
        </span>
        <span className={styles['vr']} />
        <IconButton
          small
          icon={ArrowDownToLine}
          label="Follow"
          on={following}
          onPress={() => setFollowing(!following)}
        />
        <IconButton small icon={Clock} label="Times" on={times} onPress={() => setTimes(!times)} />
        <IconButton
          small
          icon={WrapText}
          label="Wrap lines"
          on={wrap}
          onPress={() => setWrap(!wrap)}
        />
        <IconButton
          small
          icon={Download}
          label="Download what is shown"
          onPress={() => download(tab, entries)}
        />
        <IconButton
          small
          icon={SquareTerminal}
          label="Shell in this container"
          onPress={() =>
            openTab({ type: 'shell', title: `Shell on ${tab.target.pod}`, target: tab.target })
          }
        />
      </div>
      {error && (
        <Note
          tone="bad"
          flush
          actions={
            <Button small onPress={() => setAttempt(attempt + 1)}>
              Retry
            </Button>
          }
        >
          <b>The log of {tab.target.container} can’t be read.</b> {error}
        </Note>
      )}
      {dropped > 0 && (
        <Note tone="info" flush>
          {formatCount(dropped)} older lines left to make room
        </Note>
      )}
      {!started ? (
        <Skeleton rows={4} />
      ) : entries.length || error ? (
        <LogView
          label={`Log of ${tab.target.container} in ${tab.target.pod}`}
          entries={entries}
          following={following}
          onFollowing={setFollowing}
          times={times}
          wrap={wrap}
          pattern={found.pattern}
          hit={hit}
          lineHeight={density === 'compact' ? 20 : 22}
        />
      ) : (
        <Note tone="info" flush>
          {previous ? 'This container has not run before' : 'Nothing was written yet'}
        </Note>
      )}
    </>
  )
}

function TargetChoice({ tab }: { tab: LogTab }) {
  const { target, pods } = tab
  const pod = pods.find(({ name }) => name === target.pod)
  return (
    <>
      {pods.length > 1 && (
        <Select
          pick
          label="Pod"
          options={pods.map(({ name }) => ({ id: name, label: name }))}
          value={target.pod}
          onChange={name => {
            const containers = pods.find(one => one.name === name)?.containers ?? []
            const container = containers.includes(target.container)
              ? target.container
              : (containers[0] ?? '')
            retarget(tab.id, { ...target, pod: name, container })
          }}
        />
      )}
      <Select
        pick
        label="Container"
        options={(pod?.containers ?? [target.container]).map(name => ({ id: name, label: name }))}
        value={target.container}
        onChange={container => retarget(tab.id, { ...target, container })}
      />
    </>
  )
}

function useLog(
  core: Core,
  { target }: LogTab,
  { previous, range, attempt }: { previous: boolean; range: RangeId; attempt: number },
): LogSession {
  const input = {
    ...target,
    previous,
    follow: !previous,
    ...ranges.find(({ id }) => id === range)?.input,
  }
  const key = JSON.stringify([input, attempt])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the input and the attempt
  const session = useMemo(() => new LogSession(core, input), [core, key])
  useEffect(() => () => session[Symbol.dispose](), [session])
  return session
}

function download({ target }: LogTab, entries: readonly LogEntry[]): void {
  const lines = entries.map(({ time, text, mark }) => (mark ? `--- ${text}` : `${time} ${text}`))
  const url = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${target.pod}-${target.container}.log`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
