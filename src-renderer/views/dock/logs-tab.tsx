import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  Clock,
  Download,
  ListFilter,
  Search,
  SquareTerminal,
  WrapText,
} from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { Core } from '../../bridge/core.ts'
import { useCore, useSetting, useStore } from '../../bridge/hooks.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { formatCount } from '../../components/format.ts'
import { findInLog } from '../../components/log-buffer.ts'
import { LogView } from '../../components/log-view.tsx'
import { Segmented } from '../../components/segmented.tsx'
import { Select } from '../../components/select.tsx'
import { Note, Skeleton } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { useAppearance } from '../shared/appearance.ts'
import { type LogTab, openTab } from '../shared/dock-store.ts'
import styles from './dock.module.css'
import { downloadLog } from './download-log.ts'
import { type LogRequest, LogSession } from './log-session.ts'
import { LogSources, looksOf, type SourceLook } from './log-sources.tsx'
import { LogTarget } from './log-target.tsx'

const ranges = [
  { id: 'tail', label: 'last 1 000 lines', input: { tailLines: 1000 } },
  { id: '5m', label: '5 minutes', input: { sinceSeconds: 300 } },
  { id: '1h', label: '1 hour', input: { sinceSeconds: 3600 } },
  { id: '1d', label: '1 day', input: { sinceSeconds: 86_400 } },
  { id: 'all', label: 'the start', input: {} },
] as const
type RangeId = (typeof ranges)[number]['id']
const nothingHidden: ReadonlySet<number> = new Set()
const asBoolean = (standard: boolean) => (value: unknown) =>
  typeof value === 'boolean' ? value : standard

const unknownSource: SourceLook = { colour: 'var(--id-slate)', name: '', title: '' }

/** The log of one container or of all pods of a workload: following, searched, narrowed, downloaded. */
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
  const { entries: all, sources, error, started, dropped } = useStore(session.state)
  const [hidden, setHidden] = useState<ReadonlySet<number>>(nothingHidden)
  const [matchesOnly, setMatchesOnly] = useState(false)
  const shown = useMemo(
    () =>
      hidden.size ? all.filter(({ source }) => source === undefined || !hidden.has(source)) : all,
    [all, hidden],
  )
  const search = useMemo(() => findInLog(shown, isVisible ? query : ''), [shown, query, isVisible])
  const isNarrowed = matchesOnly && search.pattern !== undefined
  const { entries, found } = useMemo(() => {
    if (!isNarrowed) return { entries: shown, found: search }
    const matching = search.places.flatMap(place => shown[place] ?? [])
    return { entries: matching, found: { ...search, places: [...matching.keys()] } }
  }, [isNarrowed, shown, search])
  const looks = useMemo(() => looksOf(sources), [sources])
  const sourceWidth = Math.max(4, ...[...looks.values()].map(({ name }) => name.length)) + 2
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
        <LogTarget tab={tab} />
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
        <IconButton
          small
          icon={ListFilter}
          label="Matches only"
          on={matchesOnly}
          onPress={() => setMatchesOnly(!matchesOnly)}
        />
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
          onPress={() => downloadLog(tab, entries, looks)}
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
      {sources.length > 1 && (
        <LogSources sources={sources} looks={looks} hidden={hidden} onHidden={setHidden} />
      )}
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
          <b>The log of {tab.all ? tab.of.name : tab.target.container} can’t be read.</b> {error}
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
          label={
            tab.all
              ? `Log of all pods of ${tab.of.name}`
              : `Log of ${tab.target.container} in ${tab.target.pod}`
          }
          {...(sources.length > 1 && {
            sourceOf: (source: number) => looks.get(source) ?? unknownSource,
            sourceWidth,
          })}
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
          {isNarrowed
            ? 'No line matches'
            : previous
              ? 'This container has not run before'
              : 'Nothing was written yet'}
        </Note>
      )}
    </>
  )
}

function useLog(
  core: Core,
  { target, all, of }: LogTab,
  { previous, range, attempt }: { previous: boolean; range: RangeId; attempt: number },
): LogSession {
  const how = { previous, follow: !previous, ...ranges.find(({ id }) => id === range)?.input }
  const request: LogRequest = all
    ? { all, input: { object: of, ...how } }
    : { all, input: { ...target, ...how } }
  const key = JSON.stringify([request, attempt])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the request and the attempt
  const session = useMemo(() => new LogSession(core, request), [core, key])
  useEffect(() => () => session[Symbol.dispose](), [session])
  return session
}
