import { Fragment } from 'react';

/** A kernel identifier that may break after its underscores; what is copied has no breaks. */
export function KernelName({ name }: { readonly name: string }) {
  return name.split(/(?<=_)(?=[a-z])/).map((part, i) => (
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
