type Props<Name extends string> = {
  legend: string;
  /** What each is called. */
  words: Readonly<Record<Name, string>>;
  chosen: readonly Name[];
  onChoose: (chosen: Name[]) => void;
};

/** Any of several things, each with a tick. */
export function Ticks<Name extends string>({ legend, words, chosen, onChoose }: Props<Name>) {
  const toggle = (name: Name) =>
    onChoose(chosen.includes(name) ? chosen.filter((known) => known !== name) : [...chosen, name]);
  return (
    <fieldset className="ticks">
      <legend className="choice-label">{legend}</legend>
      {(Object.entries(words) as [Name, string][]).map(([name, text]) => (
        <label key={name}>
          <input type="checkbox" checked={chosen.includes(name)} onChange={() => toggle(name)} /> {text}
        </label>
      ))}
    </fieldset>
  );
}
