import { Dialog } from '../components/dialog.tsx'
import { Key } from '../components/key.tsx'
import styles from './help-dialog.module.css'

const keys: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Everywhere',
    [
      ['Ctrl K', 'Search or run a command'],
      ['/', 'Filter the list'],
      ['F6', 'Next region; with Shift the one before'],
      ['Ctrl B', 'Show or hide the sidebar'],
      ['Esc', 'Close the topmost thing, then clear the filter'],
      ['?', 'This help'],
    ],
  ],
  [
    'In a list',
    [
      ['↑ ↓', 'Move; Home, End and Page keys too'],
      ['Enter', 'Open beside the list'],
      ['Space', 'Choose; Shift and arrows choose a range'],
      ['↑ at the top', 'Go to the columns; Enter sorts'],
      ['Shift F10', 'Menu of the row'],
    ],
  ],
  [
    'On an object',
    [
      ['L', 'Logs'],
      ['S', 'Shell'],
      ['F', 'Forward a port'],
      ['E', 'Edit'],
      ['Y', 'YAML'],
      ['Del', 'Delete'],
    ],
  ],
  [
    'In the search',
    [
      ['Tab', 'What can be done with an object; Backspace goes back'],
      [':', 'Kinds only'],
      ['@', 'Clusters only'],
      ['>', 'Commands only'],
    ],
  ],
  [
    'In the dock',
    [
      ['← →', 'Another tab'],
      ['Del', 'Close the tab'],
      ['Enter', 'Next hit in a log; with Shift the one before'],
      ['End', 'Follow a log; Home, Page up and ↑ stop that'],
    ],
  ],
  [
    'In an editor',
    [
      ['Ctrl Enter', 'Dry run'],
      ['Ctrl F', 'Find'],
      ['Esc, Tab', 'Leave the editor'],
    ],
  ],
]

/** What the keyboard does. */
export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog wide title="Keyboard" onClose={onClose}>
      <div className={styles['columns']}>
        {keys.map(([title, rows]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {rows.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    <Key>{key}</Key>
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
