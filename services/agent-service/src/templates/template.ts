// A template: what the product builds when no language model is there, as steps of files and checks.

export type TemplateFile = {
  /** Relative to the workspace; letters, digits and `_ - . /`. */
  path: string;
  content: string;
  /** Whether it is a program that can be started by its name. */
  executable?: boolean;
};

export type TemplateStep = {
  /** What is done, as it stands in the plan. */
  description: string;
  files: TemplateFile[];
  /** Whether the template's check runs at the end of the step. */
  check?: boolean;
  /** One line that says what there is now: "Successfully created index.html and styles.css." */
  result: string;
};

export type Template = {
  /** The name of its folder here, which also has its check.ts. */
  name: string;
  title: string;
  /** Every file it makes. Its check fails when one of them is missing. */
  paths: readonly string[];
  /** How well it fits a goal: higher wins, 0 is not at all. */
  score(goal: string): number;
  /** At least three steps, the last with a check. The same goal gives the same bytes. */
  steps(goal: string): TemplateStep[];
};
