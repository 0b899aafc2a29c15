import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** Keys, strings and numbers have a hue each; comments recede. */
export const highlighting = syntaxHighlighting(
  HighlightStyle.define([
    { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--syn-key)' },
    { tag: [tags.string, tags.content, tags.attributeValue], color: 'var(--syn-str)' },
    { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--syn-num)' },
    { tag: [tags.comment, tags.meta, tags.separator], color: 'var(--syn-dim)' },
  ]),
)

const panel = {
  backgroundColor: 'var(--surface)',
  color: 'var(--text)',
  borderBottom: '1px solid var(--line)',
  font: 'var(--t-12)',
}
const control = {
  border: '1px solid var(--line-2)',
  borderRadius: 'var(--r-2)',
  background: 'var(--control)',
  color: 'var(--text)',
  font: 'var(--t-12)',
}

/** The editor in the window's tokens. */
export const look = EditorView.theme({
  '&': {
    flex: '1',
    minWidth: '0',
    height: '100%',
    backgroundColor: 'var(--sunken)',
    color: 'var(--text)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'var(--m-12)', fontVariantLigatures: 'none', scrollbarWidth: 'thin' },
  '.cm-content': { padding: '4px 0', caretColor: 'var(--accent-text)', userSelect: 'text' },
  '.cm-line': { padding: '0 16px 0 8px' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--text-3)',
    border: '0',
    fontSize: '11px',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '44px', padding: '0 8px 0 0' },
  '.cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent-text)', borderLeftWidth: '1.5px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    {
      background: 'var(--select-text)',
    },
  '.cm-searchMatch': { backgroundColor: 'var(--find)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--find-now)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--press)' },
  '.cm-foldPlaceholder': {
    background: 'var(--selected-idle)',
    border: '0',
    color: 'var(--text-3)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--press) !important', outline: 'none' },
  '.cm-panels': panel,
  '.cm-panel.cm-search': { padding: '6px 32px 6px 16px', '& label': { font: 'var(--t-12)' } },
  '.cm-textfield': control,
  '.cm-button': { ...control, backgroundImage: 'none' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '0',
    borderRadius: 'var(--r-3)',
    boxShadow: 'var(--e-menu)',
    font: 'var(--t-12)',
  },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--bad)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textUnderlineOffset: '3px',
  },
  '&.cm-merge-b .cm-changedLine, .cm-inlineChangedLine': { backgroundColor: 'var(--add-wash)' },
  '&.cm-merge-b .cm-changedText': { background: 'var(--add-mark)' },
  '.cm-deletedChunk': {
    backgroundColor: 'var(--del-wash)',
    padding: '0 16px 0 8px',
    '& .cm-deletedText': { background: 'var(--del-mark)' },
  },
  // Colours of syntax don't stand out enough from the marks.
  '.cm-deletedText, .cm-deletedText *, .cm-changedText, .cm-changedText *': {
    color: 'var(--text)',
  },
  '.cm-deletedChunk .cm-deletedLine, .cm-deletedLine del': { textDecoration: 'none' },
  '.cm-changeGutter': { width: '2px', paddingLeft: '0' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--ok)' },
  '.cm-deletedLineGutter': { background: 'var(--bad)' },
  // Without the grounds of colour a line that goes is struck out, and one that comes is underlined.
  '@media (forced-colors: active)': {
    '.cm-deletedChunk .cm-deletedLine, .cm-deletedLine del': { textDecoration: 'line-through' },
    '.cm-changedLine, .cm-inlineChangedLine': { textDecoration: 'underline' },
  },
})
