import {
  ChevronDown,
  ChevronUp,
  Maximize2,
  Minimize2,
  ScrollText,
  SquareTerminal,
  X,
} from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { useSetting, useStore } from '../../bridge/hooks.ts'
import { IconButton } from '../../components/button.tsx'
import { classNames } from '../../components/class-names.ts'
import { Icon } from '../../components/icon.tsx'
import { lazily } from '../../components/lazily.ts'
import { Part } from '../../components/part.tsx'
import { SplitLine } from '../../components/split-line.tsx'
import { closeTab, type DockTab, dock, showTab } from '../shared/dock-store.ts'
import styles from './dock.module.css'

const LogsTab = lazily(() => import('./logs-tab.tsx').then(loaded => loaded.LogsTab))
const ShellTab = lazily(() => import('./shell-tab.tsx').then(loaded => loaded.ShellTab))

const standard = 216
const least = 96
const most = () => Math.round(innerHeight * 0.8)
const asSize = (value: unknown) => (typeof value === 'number' ? value : standard)

/** Long-lived tools under list and details; it survives going elsewhere. */
export function Dock() {
  const { tabs, active, minimised, maximised } = useStore(dock)
  const [size, setSize] = useSetting('dock.height', asSize)
  if (!tabs.length) return null
  const height = minimised ? 32 : maximised ? most() : Math.min(size, most())
  const toggle = (part: 'minimised' | 'maximised') =>
    dock.update(state => ({ ...state, minimised: false, maximised: false, [part]: !state[part] }))
  return (
    <>
      {minimised ? (
        <div className={styles['edge']} />
      ) : (
        <SplitLine
          label="Height of the dock"
          grows="up"
          size={height}
          min={least}
          max={most()}
          standard={standard}
          onSize={setSize}
        />
      )}
      <section className={styles['dock']} style={{ height }} aria-label="Dock" data-region="dock">
        <div className={styles['tabs']}>
          <TabStrip tabs={tabs} active={active} minimised={minimised} />
          <span className={styles['end']}>
            <IconButton
              small
              icon={maximised ? Minimize2 : Maximize2}
              label={maximised ? 'Restore the dock' : 'Maximise the dock'}
              onPress={() => toggle('maximised')}
            />
            <IconButton
              small
              icon={minimised ? ChevronUp : ChevronDown}
              label={minimised ? 'Show the dock' : 'Hide the dock'}
              onPress={() => toggle('minimised')}
            />
          </span>
        </div>
        {tabs.map(tab => {
          const isVisible = tab.id === active && !minimised
          return (
            <div
              key={tab.id}
              id={panelId(tab)}
              role="tabpanel"
              aria-label={tab.title}
              className={styles['panel']}
              hidden={!isVisible}
            >
              <Part of={tab.type === 'logs' ? logKey(tab) : tab.id}>
                {tab.type === 'logs' ? (
                  <LogsTab key={logKey(tab)} tab={tab} isVisible={isVisible} />
                ) : (
                  <ShellTab tab={tab} isVisible={isVisible} />
                )}
              </Part>
            </div>
          )
        })}
      </section>
    </>
  )
}

/** Another log is another view: its search, its place and its buffer begin anew. */
const logKey = ({ all, of, target }: Extract<DockTab, { type: 'logs' }>) =>
  JSON.stringify(all ? of : target)

function tabTitle(tab: DockTab): string {
  const { container, namespace } = tab.target
  const what = tab.type === 'logs' && tab.all ? 'all pods' : container
  return `${tab.title}, ${what} in ${namespace}. Delete closes it`
}

const panelId = ({ id }: DockTab) => `dock-${id.replace(/\W+/g, '-')}`

function TabStrip({
  tabs,
  active,
  minimised,
}: {
  tabs: readonly DockTab[]
  active: string | undefined
  minimised: boolean
}) {
  const list = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent, at: number) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const tab = tabs[at]
    if (event.key === 'Delete' && tab) return closeTab(tab.id)
    if (!step) return
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    showTab(next.id)
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[tabs.indexOf(next)]?.focus()
  }
  return (
    <div ref={list} className={styles['strip']}>
      <div role="tablist" aria-label="Tools" className={styles['strip']}>
        {tabs.map((tab, at) => {
          const isOn = tab.id === active
          return (
            <button
              key={tab.id}
              type="button"
              role="tab"
              aria-selected={isOn}
              aria-controls={panelId(tab)}
              tabIndex={isOn ? 0 : -1}
              title={tabTitle(tab)}
              style={{ gridColumn: at + 1 }}
              className={classNames(styles['tab'], isOn && !minimised && styles['on'])}
              onClick={() => showTab(tab.id)}
              onAuxClick={event => event.button === 1 && closeTab(tab.id)}
              onKeyDown={event => onKeyDown(event, at)}
            >
              <Icon of={tab.type === 'logs' ? ScrollText : SquareTerminal} size={14} />
              <span>{tab.title}</span>
            </button>
          )
        })}
      </div>
      {tabs.map((tab, at) => (
        <span key={tab.id} className={styles['close']} style={{ gridColumn: at + 1 }}>
          <IconButton
            small
            icon={X}
            label={`Close ${tab.title}`}
            onPress={() => closeTab(tab.id)}
          />
        </span>
      ))}
    </div>
  )
}
