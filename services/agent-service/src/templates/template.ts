// A template: what the product builds when no language model is there, as steps of files and checks.

export type TemplateFile = { path: string; content: string; executable?: boolean };

export type TemplateStep = {
  description: string;
  files: TemplateFile[];
  /** Whether the template's check runs at the end of the step. */
  check?: boolean;
  /** One line that says what there is now. */
  result: string;
};

export type Template = {
  name: string;
  title: string;
  /** Every file it makes. */
  paths: string[];
  /** How well it fits a goal; 0 is not at all. */
  score(goal: string): number;
  /** At least three steps; the same goal gives the same bytes. */
  steps(goal: string): TemplateStep[];
};
