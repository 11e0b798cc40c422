/** Names and adjectives of a country that the package world-countries does not have. */
export interface CountryWords {
  /** The usual names, by language. */
  readonly names?: Readonly<Record<string, string>>
  /** Abbreviations, by language; several are separated by "/". */
  readonly abbreviations?: Readonly<Record<string, string>>
  /** Capitals and other places that the press uses for the government, by language; several are separated by "/". */
  readonly metonyms?: Readonly<Record<string, string>>
  /** Adjectives in the masculine nominative, by language; several spellings are separated by "/". */
  readonly adjectives?: Readonly<Record<string, string>>
}

/**
 * The words by two-letter code, for countries that are often in the news about sanctions. Written by hand: the Belarusian and Ukrainian
 * names, because the package has no translations into these languages, Cyrillic names of capitals, and adjectives, of which it only has English
 * and French ones.
 */
export const countryWords: Readonly<Record<string, CountryWords>> = {
  AE: {
    names: { be: 'Аб’яднаныя Арабскія Эміраты', uk: 'Обʼєднані Арабські Емірати' },
    abbreviations: { en: 'UAE', ru: 'ОАЭ', be: 'ААЭ', uk: 'ОАЕ' },
    adjectives: { ru: 'эмиратский' },
  },
  AF: { names: { be: 'Афганістан', uk: 'Афганістан' }, adjectives: { ru: 'афганский' } },
  AL: { names: { be: 'Албанія', uk: 'Албанія' }, adjectives: { ru: 'албанский' } },
  AM: { names: { be: 'Арменія', uk: 'Вірменія' }, adjectives: { ru: 'армянский' } },
  AT: { names: { be: 'Аўстрыя', uk: 'Австрія' }, adjectives: { ru: 'австрийский' } },
  AU: { names: { be: 'Аўстралія', uk: 'Австралія' }, adjectives: { ru: 'австралийский' } },
  AZ: { names: { be: 'Азербайджан', uk: 'Азербайджан' }, adjectives: { ru: 'азербайджанский' } },
  BA: { names: { be: 'Боснія і Герцагавіна', uk: 'Боснія і Герцеговина' }, adjectives: { ru: 'боснийский' } },
  BE: { names: { be: 'Бельгія', uk: 'Бельгія' }, adjectives: { ru: 'бельгийский' } },
  BG: { names: { be: 'Балгарыя', uk: 'Болгарія' }, adjectives: { ru: 'болгарский' } },
  BY: {
    names: { uk: 'Білорусь' },
    metonyms: { be: 'Мінск', ru: 'Минск' },
    adjectives: {
      en: 'Belarussian',
      ru: 'белорусский/беларусский',
      be: 'беларускі',
      uk: 'білоруський',
      pl: 'białoruski',
      de: 'belarussisch/belarusisch',
    },
  },
  CA: { names: { be: 'Канада', uk: 'Канада' }, adjectives: { ru: 'канадский' } },
  CD: { abbreviations: { en: 'DRC', ru: 'ДРК' }, adjectives: { ru: 'конголезский' } },
  CF: { abbreviations: { en: 'CAR', ru: 'ЦАР' }, adjectives: { ru: 'центральноафриканский' } },
  CH: { names: { be: 'Швейцарыя', uk: 'Швейцарія' }, adjectives: { ru: 'швейцарский' } },
  CN: {
    names: { be: 'Кітай', uk: 'Китай' },
    abbreviations: { en: 'PRC', ru: 'КНР' },
    metonyms: { be: 'Пекін', ru: 'Пекин' },
    adjectives: { ru: 'китайский', be: 'кітайскі', uk: 'китайський', pl: 'chiński', de: 'chinesisch' },
  },
  CU: { names: { be: 'Куба', uk: 'Куба' }, adjectives: { ru: 'кубинский' } },
  CY: { names: { be: 'Кіпр', uk: 'Кіпр' }, adjectives: { ru: 'кипрский' } },
  CZ: { names: { be: 'Чэхія', uk: 'Чехія' }, adjectives: { ru: 'чешский' } },
  DE: {
    names: { be: 'Германія', uk: 'Німеччина' },
    metonyms: { be: 'Берлін', ru: 'Берлин' },
    adjectives: { ru: 'немецкий/германский', be: 'нямецкі', uk: 'німецький', pl: 'niemiecki', de: 'deutsch' },
  },
  DK: { names: { be: 'Данія', uk: 'Данія' }, adjectives: { ru: 'датский' } },
  EE: {
    names: { be: 'Эстонія', uk: 'Естонія' },
    metonyms: { be: 'Талін', ru: 'Таллин' },
    adjectives: { ru: 'эстонский', be: 'эстонскі', uk: 'естонський', pl: 'estoński', de: 'estnisch' },
  },
  EG: { names: { be: 'Егіпет', uk: 'Єгипет' }, adjectives: { ru: 'египетский' } },
  ES: { names: { be: 'Іспанія', uk: 'Іспанія' }, adjectives: { ru: 'испанский' } },
  ET: { names: { be: 'Эфіопія', uk: 'Ефіопія' }, adjectives: { ru: 'эфиопский' } },
  FI: { names: { be: 'Фінляндыя', uk: 'Фінляндія' }, adjectives: { ru: 'финский/финляндский' } },
  FR: {
    names: { be: 'Францыя', uk: 'Франція' },
    metonyms: { be: 'Парыж', ru: 'Париж' },
    adjectives: { ru: 'французский', be: 'французскі', uk: 'французький', pl: 'francuski', de: 'französisch' },
  },
  GB: {
    names: { be: 'Вялікабрытанія', uk: 'Велика Британія' },
    abbreviations: { en: 'UK' },
    metonyms: { be: 'Лондан', ru: 'Лондон' },
    adjectives: {
      ru: 'британский',
      be: 'брытанскі',
      uk: 'британський',
      pl: 'brytyjski',
      de: 'britisch',
    },
  },
  GE: { names: { be: 'Грузія', uk: 'Грузія' }, adjectives: { ru: 'грузинский' } },
  GR: { names: { be: 'Грэцыя', uk: 'Греція' }, adjectives: { ru: 'греческий' } },
  HR: { names: { be: 'Харватыя', uk: 'Хорватія' }, adjectives: { ru: 'хорватский' } },
  HU: { names: { be: 'Венгрыя', uk: 'Угорщина' }, adjectives: { ru: 'венгерский' } },
  IL: { names: { be: 'Ізраіль', uk: 'Ізраїль' }, adjectives: { ru: 'израильский' } },
  IN: { names: { be: 'Індыя', uk: 'Індія' }, adjectives: { ru: 'индийский' } },
  IQ: { names: { be: 'Ірак', uk: 'Ірак' }, adjectives: { ru: 'иракский' } },
  IR: {
    names: { be: 'Іран', uk: 'Іран' },
    metonyms: { be: 'Тэгеран', ru: 'Тегеран' },
    adjectives: { ru: 'иранский', be: 'іранскі', uk: 'іранський', pl: 'irański', de: 'iranisch' },
  },
  IT: { names: { be: 'Італія', uk: 'Італія' }, adjectives: { ru: 'итальянский' } },
  JP: { names: { be: 'Японія', uk: 'Японія' }, adjectives: { ru: 'японский' } },
  KG: { names: { be: 'Кыргызстан', uk: 'Киргизстан' }, adjectives: { en: 'Kyrgyz', ru: 'киргизский/кыргызский' } },
  KP: {
    names: { be: 'Паўночная Карэя', uk: 'Північна Корея' },
    abbreviations: { ru: 'КНДР' },
    adjectives: { ru: 'северокорейский' },
  },
  KR: { names: { be: 'Паўднёвая Карэя', uk: 'Південна Корея' }, adjectives: { ru: 'южнокорейский' } },
  KZ: {
    names: { be: 'Казахстан', uk: 'Казахстан' },
    adjectives: {
      en: 'Kazakh',
      ru: 'казахстанский/казахский',
      be: 'казахстанскі',
      uk: 'казахстанський',
      pl: 'kazachski',
      de: 'kasachisch',
    },
  },
  LB: { names: { be: 'Ліван', uk: 'Ліван' }, adjectives: { ru: 'ливанский' } },
  LT: {
    names: { be: 'Літва', uk: 'Литва' },
    metonyms: { be: 'Вільнюс', ru: 'Вильнюс' },
    adjectives: { ru: 'литовский', be: 'літоўскі', uk: 'литовський', pl: 'litewski', de: 'litauisch' },
  },
  LV: {
    names: { be: 'Латвія', uk: 'Латвія' },
    metonyms: { be: 'Рыга', ru: 'Рига' },
    adjectives: { ru: 'латвийский/латышский', be: 'латвійскі', uk: 'латвійський', pl: 'łotewski', de: 'lettisch' },
  },
  LY: { names: { be: 'Лівія', uk: 'Лівія' }, adjectives: { ru: 'ливийский' } },
  MD: { names: { be: 'Малдова', uk: 'Молдова', ru: 'Молдова' }, adjectives: { ru: 'молдавский/молдовский' } },
  ME: { names: { be: 'Чарнагорыя', uk: 'Чорногорія' }, adjectives: { ru: 'черногорский' } },
  MK: { names: { be: 'Паўночная Македонія', uk: 'Північна Македонія' }, adjectives: { ru: 'македонский' } },
  ML: { adjectives: { ru: 'малийский' } },
  MM: { names: { be: 'М’янма', uk: 'Мʼянма' }, adjectives: { ru: 'мьянманский/бирманский' } },
  NI: { names: { be: 'Нікарагуа', uk: 'Нікарагуа' }, adjectives: { ru: 'никарагуанский' } },
  NL: { names: { be: 'Нідэрланды', uk: 'Нідерланди' }, adjectives: { ru: 'нидерландский/голландский' } },
  NO: { names: { be: 'Нарвегія', uk: 'Норвегія' }, adjectives: { ru: 'норвежский' } },
  PK: { names: { be: 'Пакістан', uk: 'Пакистан' }, adjectives: { ru: 'пакистанский' } },
  PL: {
    names: { be: 'Польшча', uk: 'Польща' },
    metonyms: { be: 'Варшава' },
    adjectives: { ru: 'польский', be: 'польскі', uk: 'польський', pl: 'polski', de: 'polnisch' },
  },
  PS: { names: { be: 'Палестына', uk: 'Палестина' }, adjectives: { ru: 'палестинский' } },
  RO: { names: { be: 'Румынія', uk: 'Румунія' }, adjectives: { ru: 'румынский' } },
  RS: { names: { be: 'Сербія', uk: 'Сербія' }, adjectives: { ru: 'сербский' } },
  RU: {
    names: { be: 'Расія', uk: 'Росія' },
    metonyms: { be: 'Масква/Крэмль', ru: 'Москва/Кремль' },
    adjectives: {
      ru: 'российский/русский',
      be: 'расійскі/расейскі',
      uk: 'російський',
      pl: 'rosyjski',
      de: 'russisch',
    },
  },
  SA: { names: { be: 'Саудаўская Аравія', uk: 'Саудівська Аравія' }, adjectives: { ru: 'саудовский' } },
  SD: { names: { be: 'Судан', uk: 'Судан' }, adjectives: { ru: 'суданский' } },
  SE: { names: { be: 'Швецыя', uk: 'Швеція' }, adjectives: { ru: 'шведский' } },
  SK: { names: { be: 'Славакія', uk: 'Словаччина' }, adjectives: { ru: 'словацкий' } },
  SY: { names: { be: 'Сірыя', uk: 'Сирія' }, adjectives: { ru: 'сирийский' } },
  TJ: { names: { be: 'Таджыкістан', uk: 'Таджикистан' }, adjectives: { en: 'Tajik', ru: 'таджикский' } },
  TM: { names: { be: 'Туркменістан', uk: 'Туркменістан', ru: 'Туркменистан' }, adjectives: { ru: 'туркменский' } },
  TR: {
    names: { be: 'Турцыя', uk: 'Туреччина' },
    metonyms: { be: 'Анкара' },
    adjectives: { ru: 'турецкий', be: 'турэцкі', uk: 'турецький', pl: 'turecki', de: 'türkisch' },
  },
  UA: {
    names: { be: 'Украіна' },
    metonyms: { en: 'Kiev', be: 'Кіеў', ru: 'Киев', uk: 'Київ' },
    adjectives: { ru: 'украинский', be: 'украінскі', uk: 'український', pl: 'ukraiński', de: 'ukrainisch' },
  },
  US: {
    names: { be: 'Злучаныя Штаты Амерыкі', uk: 'Сполучені Штати Америки' },
    abbreviations: { en: 'USA', ru: 'США', be: 'ЗША' },
    metonyms: { be: 'Вашынгтон', ru: 'Вашингтон' },
    adjectives: {
      ru: 'американский',
      be: 'амерыканскі',
      uk: 'американський',
      pl: 'amerykański',
      de: 'amerikanisch',
    },
  },
  UZ: { names: { be: 'Узбекістан', uk: 'Узбекистан' }, adjectives: { en: 'Uzbek', ru: 'узбекский/узбекистанский' } },
  VE: { names: { be: 'Венесуэла', uk: 'Венесуела' }, adjectives: { ru: 'венесуэльский' } },
  XK: { names: { be: 'Косава', uk: 'Косово', ru: 'Косово' }, adjectives: { ru: 'косовский' } },
  YE: { names: { be: 'Емен', uk: 'Ємен' }, adjectives: { ru: 'йеменский' } },
  ZA: { abbreviations: { ru: 'ЮАР' }, adjectives: { ru: 'южноафриканский' } },
  ZW: { names: { be: 'Зімбабвэ', uk: 'Зімбабве' }, adjectives: { ru: 'зимбабвийский' } },
}

/** Translations of the package that are wrong, by two-letter code and language: most are the name of another country. */
export const corrections: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AS: { hun: 'Amerikai Szamoa' },
  CD: { slk: 'Konžská demokratická republika' },
  CI: { pol: 'Wybrzeże Kości Słoniowej' },
  CM: { pol: 'Kamerun' },
  DJ: { slk: 'Džibutsko' },
  DM: { kor: '도미니카 연방' },
  EH: { tur: 'Batı Sahra' },
  GF: { slk: 'Francúzska Guyana' },
  GN: { per: 'گینه' },
  GS: { kor: '사우스조지아 사우스샌드위치 제도' },
  IL: { per: 'اسرائیل' },
  IO: { kor: '영국령 인도양 지역' },
  SS: { pol: 'Sudan Południowy' },
  TW: { por: 'Taiwan' },
  TZ: { hun: 'Tanzánia' },
  VG: { fin: 'Brittiläiset Neitsytsaaret' },
  VI: { fin: 'Yhdysvaltain Neitsytsaaret' },
}
