import { toDollars } from './dollars.ts';
import type { UsageSum } from './usage.ts';

type Row = { key: string; name: string; note: string; sum: UsageSum };

export function UsageTable({ caption, testId, rows }: { caption: string; testId: string; rows: readonly Row[] }) {
  return (
    <div className="table-box">
      <table className="table">
        <caption className="visually-hidden">{`Model calls by ${caption.toLowerCase()}`}</caption>
        <thead>
          <tr>
            <th scope="col">{caption}</th>
            <th scope="col">Calls</th>
            <th scope="col">Tokens in</th>
            <th scope="col">out</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, note, sum }) => (
            <tr key={key} data-testid={testId}>
              <th scope="row">
                {name} {note && <span className="table-note">{note}</span>}
              </th>
              <td>{sum.calls}</td>
              <td>{sum.input_tokens.toLocaleString()}</td>
              <td>{sum.output_tokens.toLocaleString()}</td>
              <td>{toDollars(sum.cost_micro_usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
