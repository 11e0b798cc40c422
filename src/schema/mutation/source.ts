import * as edit from '../../store/edit/source.ts'
import type { InputFields } from '../fields/pothos.ts'
import { SourceKind } from '../source.ts'
import { FuzzyDateInput, identifiers, target } from './input.ts'
import { declareChange, declareCreate } from './mutation.ts'

const fields = (t: InputFields, required: boolean) => ({
  kind: t.field({ type: SourceKind, required, description: 'The kind of source.' }),
  title: t.string({ description: 'The title.' }),
  publisher: t.string({ description: 'The publisher.' }),
  url: t.string({ description: 'The URL of the source, unique among all sources.' }),
  publishedOn: t.field({ type: FuzzyDateInput, description: 'The date of publication.' }),
  language: t.string({ description: 'Language of the source as a BCP 47 tag, such as "en".' }),
  sha256: t.string({ description: 'SHA-256 hash of the text that was read: 64 hex digits in lower case.' }),
  license: t.string({ description: 'The licence of the source. Omit it if it is not known.' }),
})

declareCreate('sourceCreate', {
  description: 'Creates a source that facts can cite.',
  input: (t) => ({ ...fields(t, true), identifiers: identifiers(t) }),
  edit: edit.createSource,
  returns: ['source'],
})

declareChange('sourceUpdate', {
  description: 'Updates a source. Omitted fields do not change; null clears a field.',
  input: (t) => ({ ...target(t, 'The source.'), ...fields(t, false) }),
  edit: edit.updateSource,
  returns: ['source'],
})

declareChange('sourceRetract', {
  description:
    'Retracts a source. It is no longer listed and can no longer be cited or changed, but can still be read by id. `sourceRestore` undoes this.',
  input: (t) => target(t, 'The source.'),
  edit: edit.retractSource,
  returns: ['source'],
})

declareChange('sourceRestore', {
  description: 'Undoes the retraction of a source: it is listed and can be changed again.',
  input: (t) => target(t, 'The retracted source.'),
  edit: edit.restoreSource,
  returns: ['source'],
})
