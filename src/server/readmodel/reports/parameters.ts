export type ReportParameters = Record<string, unknown>;
