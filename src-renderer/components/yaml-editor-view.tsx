import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, foldGutter, foldKeymap, indentUnit } from '@codemirror/language'
import { type Diagnostic, setDiagnostics } from '@codemirror/lint'
import { unifiedMergeView } from '@codemirror/merge'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { highlighting, look } from './yaml-editor-look.ts'

export interface YamlEditorProps {
  label: string
  /** The text to start with; a new one replaces what is there. */
  text: string
  onChange?: (text: string) => void
  readOnly?: boolean
  /** Draws the changes against this text in the text. */
  original?: string | undefined
  /** Where something is wrong; line and column count from 1. */
  problem?:
    | { readonly line: number; readonly column?: number; readonly message: string }
    | undefined
  onSubmit?: () => void
  autoFocus?: boolean
}

/** CodeMirror behind a text and a callback. Esc then Tab leaves it by keyboard. */
export function YamlEditorView(props: YamlEditorProps) {
  const { label, text, readOnly = false, original, problem, autoFocus } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | undefined>(undefined)
  const changes = useRef(new Compartment())
  const latest = useRef(props)
  latest.current = props

  // biome-ignore lint/correctness/useExhaustiveDependencies: later texts are put into the same editor below
  useEffect(() => {
    if (!host.current) return
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          ...base(label, readOnly),
          changes.current.of(diff(original)),
          keymap.of([
            {
              key: 'Mod-Enter',
              run: () => {
                latest.current.onSubmit?.()
                return true
              },
            },
          ]),
          EditorView.updateListener.of(update => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = made
    if (autoFocus) made.focus()
    return () => made.destroy()
  }, [label, readOnly])

  useEffect(() => {
    const now = view.current
    if (!now || now.state.doc.toString() === text) return
    now.dispatch({ changes: { from: 0, to: now.state.doc.length, insert: text } })
  }, [text])

  useEffect(() => {
    view.current?.dispatch({ effects: changes.current.reconfigure(diff(original)) })
  }, [original])

  useEffect(() => {
    const now = view.current
    if (!now) return
    now.dispatch(setDiagnostics(now.state, problem ? [diagnostic(now.state, problem)] : []))
    if (problem)
      now.dispatch({
        effects: EditorView.scrollIntoView(diagnostic(now.state, problem).from, { y: 'center' }),
      })
  }, [problem])

  return <div ref={host} style={{ flex: 1, minHeight: 0, minWidth: 0, display: 'flex' }} />
}

function base(label: string, readOnly: boolean): Extension[] {
  return [
    lineNumbers(),
    foldGutter({ openText: '⌄', closedText: '›' }),
    history(),
    drawSelection(),
    bracketMatching(),
    indentUnit.of('  '),
    yaml(),
    highlighting,
    look,
    search({ top: true }),
    highlightSelectionMatches(),
    keymap.of([...searchKeymap, ...historyKeymap, ...foldKeymap, ...defaultKeymap, indentWithTab]),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    readOnly
      ? [
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-readonly': 'true' }),
        ]
      : highlightActiveLine(),
  ]
}

const diff = (original: string | undefined): Extension =>
  original === undefined
    ? []
    : unifiedMergeView({ original, mergeControls: false, gutter: true, highlightChanges: true })

function diagnostic(
  state: EditorState,
  { line, column = 1, message }: { line: number; column?: number; message: string },
): Diagnostic {
  const at = state.doc.line(Math.max(1, Math.min(line, state.doc.lines)))
  const from = Math.min(at.to, at.from + Math.max(0, column - 1))
  return { from, to: Math.max(from, at.to), severity: 'error', message }
}
