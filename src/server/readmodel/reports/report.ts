export interface ReportResult { x?: 1 }
