/**
 * Names of people who do not exist: given names from short lists, family names joined from parts,
 * in several traditions. All letters exist in Windows-1252, so that both file writers can use them.
 */
import type { Random } from './random.ts';

export interface PersonName {
  given: string;
  middle: string | null;
  family: string;
  preferred: string | null;
  sex: 'female' | 'male';
}

interface Tradition {
  weight: number;
  female: string[];
  male: string[];
  /** Parts of family names: every first joins every last. */
  first: string[];
  last: string[];
}

/** A name; given and family name follow one tradition four times in five. */
export function inventName(random: Random): PersonName {
  const own = random.weighted(choices);
  const other = random.chance(0.2) ? random.weighted(choices) : own;
  const sex = random.chance(0.495) ? 'female' : 'male';
  const given = random.pick(own[sex]);
  const single = random.pick(other.first) + random.pick(other.last);
  const second = random.chance(0.05) ? `-${random.pick(own.first)}${random.pick(own.last)}` : '';
  const middle = random.chance(0.3) ? `${random.pick(initials)}.` : null;
  const preferred = random.chance(0.08) ? random.pick(shortNames) : null;
  return { given, middle, family: single + second, preferred, sex };
}

const words = (text: string): string[] => text.trim().split(/\s+/u);

const initials = words('A B C D E F G H J K L M N O P R S T V W');
const shortNames = words(
  'Ari Bo Cam Dell Ellis Fran Gus Hal Indy Jem Kit Lou Mo Nic Ody Pip Quin Rey Sol Tal Val Wren',
);

const traditions: Tradition[] = [
  {
    weight: 34,
    female: words(`Amberly Bethan Carys Delia Edith Faye Gwenda Harriet Imogen Joanna Karen Lorna
      Maeve Nell Opal Phoebe Rowena Sylvia Tessa Una Verity Winona Yvette Zelda Nora Ivy`),
    male: words(`Alden Bertram Callum Desmond Edgar Fergus Gareth Howard Irving Jasper Kenrick
      Lowell Malcolm Neville Osmond Percy Quentin Roland Silas Tobias Upton Vernon Wesley Ned`),
    first: words(`Ash Barrow Bram Brook Cald Colt Dun Elder Fair Garn Hal Hazel Kings Lang Mar
      Nether Oak Penn Quarr Rams Stan Thorn Under Wald Wether`),
    last: words('bourne bury by combe dale field ford gate ham ley more sett shaw stead ton wick'),
  },
  {
    weight: 18,
    female: words(`Alma Belén Catalina Dolores Elvira Fátima Graciela Inés Jimena Lucía Marisol
      Nieves Ofelia Paloma Rocío Soledad Teresa Ximena Yolanda Zulema`),
    male: words(`Adrián Baltasar César Darío Emilio Fermín Gonzalo Hernán Ignacio Joaquín Leandro
      Matías Néstor Octavio Pascual Rodrigo Saúl Tomás Ulises Víctor`),
    first: words('Alva Bel Cas Cer Del Esca Fer Gal Her Iba Jar Lar Mon Nav Olmo Pal Quin Ro Sal'),
    last: words('cedo dera dón gueiro mera nado nares rales rano reda sada tero vedra zábal zón'),
  },
  {
    weight: 12,
    female: words(`Abena Chiamaka Efua Folami Habiba Imani Kesia Lerato Makena Nala Oluchi Safiya
      Thandeka Wambui Yetunde Zuri`),
    male: words(`Ade Bakari Chidi Dayo Ekow Femi Jabari Kofi Lwazi Mandla Nnamdi Obi Sipho Tau
      Uche Zola`),
    first: words('Aba Ade Aki Boa Chu Dla Ebo Gya Ika Kwa Mbe Mo Nde Nko Oke Olu Owu Sibo Tho Uzo'),
    last: words(
      'bani chi dele fori kwe lami leke luko mba mide neka nsah sola teng wale yemi zulo',
    ),
  },
  {
    weight: 11,
    female: words(`Aparna Bhavna Chitra Deepa Esha Gauri Hema Indu Jyoti Kavita Lata Meera Nisha
      Parul Radha Sarita Tara Uma Vandana Yamini`),
    male: words(`Amar Bharat Chetan Dinesh Eshan Girish Harish Ishaan Jatin Kiran Lalit Manoj Nitin
      Prakash Rohit Suresh Tarun Uday Vikram Yash`),
    first: words('Agar Bala Bhan Chan Desh Gana Gopa Hari Jaya Kala Krish Mani Nara Pad Raja Sree'),
    last: words('dev kar krishnan lal mani nath pal raj ram sekar sharan vadi wala wani yani'),
  },
  {
    weight: 9,
    female: words(`Ai Baozhen Chunhua Fen Hana Hui Jiayi Keiko Lan Linh Mei Min Naoko Qing Reiko
      Sora Thu Ting Xia Yun`),
    male: words(`Akira Bo Cheng Dae Feng Gang Haruto Jian Jun Kenji Long Minh Nam Peng Quang Shan
      Takeo Tuan Wei Yong`),
    first: words('Ba Cha Den Fu Gao Ha Ino Ji Ka Liao Mori Naka Oka Pae Qi Saka Tana Uye Wata Ya'),
    last: words('bata da guchi hara ji kura mi moto n ng no saki shima ta wa yama zaki'),
  },
  {
    weight: 9,
    female: words(`Agnes Britta Célestine Dagmar Elke Françoise Greta Heike Inga Jacqueline Käthe
      Liselotte Margaux Noëlle Odette Petra Renée Sigrid Ursula Wiebke`),
    male: words(`Anselm Björn Cédric Detlef Egon François Günter Håkan Ingmar Jörg Kåre Ludger
      Mathieu Niels Olof Pierre Rüdiger Søren Théo Wolfgang`),
    first: words('Acker Berg Dorn Eich Falken Grün Hagel Köhl Linde Möll Nord Öster Rosen Stein'),
    last: words('acher bach berg brück dahl feldt gård hauer hof kamp lund mann quist ström vig'),
  },
  {
    weight: 7,
    female: words(`Amina Basma Dalia Farah Ghada Huda Jamila Leyla Maryam Nadia Rania Samira
      Talia Wafa Yasmin Zahra`),
    male: words(`Adnan Bilal Dawud Faris Ghassan Hamid Idris Jamal Karim Marwan Nabil Omar Rashid
      Samir Tariq Walid Yusuf Ziad`),
    first: words('Al Ba Dar Far Gha Ha Kara Kha Mar Nas Qa Ra Sha Ta Wa Ya Za'),
    last: words(
      'badi bani dawi dini far hamdi jari koury lani mari nani razi sabi tari wahdi zimi',
    ),
  },
];

const choices = traditions.map((tradition) => [tradition, tradition.weight] as const);
