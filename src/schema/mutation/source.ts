import * as edit from '../../store/edit/source.ts'
import type { InputFields } from '../declare/pothos.ts'
import { SourceKind } from '../source.ts'
import { FuzzyDateInput, identifiers, target } from './input.ts'
import { changes, creates } from './mutation.ts'

const fields = (t: InputFields, required: boolean) => ({
  kind: t.field({ type: SourceKind, required, description: 'What sort of source it is.' }),
  title: t.string({ description: 'Its title.' }),
  publisher: t.string({ description: 'Who published it.' }),
  url: t.string({ description: 'Where it can be read; no two sources have the same.' }),
  publishedOn: t.field({ type: FuzzyDateInput, description: 'When it was published.' }),
  language: t.string({ description: 'Its language as a BCP 47 tag, such as "en".' }),
  sha256: t.string({ description: 'SHA-256 of the text that was read, 64 hex digits in lower case.' }),
  license: t.string({ description: 'The licence under which it may be used.' }),
})

creates('sourceCreate', {
  description: 'Adds a source that can be cited.',
  input: (t) => ({ ...fields(t, true), identifiers: identifiers(t) }),
  edit: edit.createSource,
  gives: ['source'],
})

changes('sourceUpdate', {
  description: 'Corrects what is known of a source. What is left out stays as it is; null empties it.',
  input: (t) => ({ ...target(t, 'The source.'), ...fields(t, false) }),
  edit: edit.updateSource,
  gives: ['source'],
})

changes('sourceRetract', {
  description:
    'Withdraws a source: lists leave it out, nothing more can cite it, and by its id it is still given. There is no way back.',
  input: (t) => target(t, 'The source.'),
  edit: edit.retractSource,
  gives: ['source'],
})
