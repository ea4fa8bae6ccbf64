/** The processor's record of the processing for one client, as CSV or JSON-LD. */
import { chooseMedia, type MediaAnswer } from '../../media.ts';
import type { DomainOperation } from '../../operation.ts';
import { processingRecord } from './processing-record.ts';
import { recordCsv } from './record-csv.ts';
import { recordJsonLd } from './record-jsonld.ts';

export const readProcessingRecord: DomainOperation = {
  async run(call) {
    const media = chooseMedia(call.input.accept, ['text/csv', 'application/ld+json']);
    const record = await processingRecord(call);
    return {
      types: [],
      answer: (): MediaAnswer =>
        media === 'text/csv'
          ? { media, fileName: 'processing-record.csv', content: recordCsv(record) }
          : { media, fileName: 'processing-record.jsonld', content: recordJsonLd(record) },
    };
  },
};
