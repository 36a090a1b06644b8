//! Common names of many cultures, titles, and invented affiliates.

/// A culture's names: its share in a thousand, women's, men's and family names.
pub(super) struct Names {
    pub(super) share: u64,
    pub(super) women: &'static [&'static str],
    pub(super) men: &'static [&'static str],
    pub(super) families: &'static [&'static str],
}

#[rustfmt::skip] // filled lines, not one word a line
pub(super) const NAMES: &[Names] = &[
    Names {
        share: 660,
        women: &[
            "Margaret", "Susan", "Patricia", "Christine", "Jean", "Linda", "Helen", "Karen", "Sarah", "Emma",
            "Laura", "Rebecca", "Hannah", "Charlotte", "Lucy", "Alice", "Grace", "Ruth", "Joan", "Sheila",
            "Pauline", "Julie", "Tracey", "Nicola", "Claire", "Gemma", "Holly", "Amber", "Poppy", "Zoë",
            "Anne-Marie", "Mary Jane",
        ],
        men: &[
            "John", "David", "Michael", "Peter", "Robert", "Alan", "Brian", "Keith", "Stephen", "Andrew",
            "Paul", "Mark", "Ian", "Gary", "Simon", "Martin", "Thomas", "James", "Daniel", "Matthew", "Jack",
            "Oliver", "Harry", "George", "Arthur", "Frank", "Norman", "Dennis", "Roy", "Callum", "Kyle",
            "Noël", "Jean-Paul",
        ],
        families: &[
            "Smith", "Taylor", "Brown", "Wilson", "Johnson", "Wright", "Walker", "Hall", "Green", "Wood",
            "Clarke", "Harris", "Turner", "Cooper", "Hill", "Ward", "Baker", "Carter", "Parker", "Cook",
            "Shaw", "Marsh", "Frost", "Barlow", "Hobbs", "Tranter", "Ogden", "Sykes", "Armitage", "Booth",
            "Fielding", "Garside", "Hartley", "Ingham", "Kershaw", "Lister", "Midgley", "Nuttall",
            "Openshaw", "Pickles", "Rigby", "Slater", "Thackray", "Unsworth", "Varley", "Whitaker",
            "Yardley", "de la Mare", "Fitz-Gibbon", "St John", "Ashworth-Cole",
        ],
    },
    Names {
        share: 60,
        women: &[
            "Siobhán", "Aoife", "Niamh", "Róisín", "Bríd", "Ciara", "Orla", "Maeve", "Gráinne", "Bernadette",
        ],
        men: &["Seán", "Pádraig", "Liam", "Declan", "Ciarán", "Eoin", "Niall", "Cormac", "Dónal", "Brendan"],
        families: &[
            "O'Brien", "O’Neill", "Murphy", "Kelly", "Byrne", "Ryan", "O'Sullivan", "Doyle", "McCarthy",
            "Gallagher", "Ó Dálaigh", "Ní Cheallaigh", "Mac Giolla Eoin", "Fitzgerald", "Quinn", "Brady",
            "Nolan", "Keane",
        ],
    },
    Names {
        share: 45,
        women: &[
            "Siân", "Ffion", "Angharad", "Rhiannon", "Nia", "Mair", "Eleri", "Gwenllian", "Carys", "Heledd",
        ],
        men: &["Dafydd", "Owain", "Gruffydd", "Rhŷs", "Llŷr", "Gethin", "Ieuan", "Geraint", "Emyr", "Siôn"],
        families: &[
            "Jones", "Davies", "Williams", "Evans", "Thomas", "Roberts", "Lewis", "Hughes", "Griffiths",
            "Owen", "Llewellyn", "Pugh", "ap Huw", "ap Rhys", "Rees", "Morgan", "Jenkins", "Bowen",
            "Prosser",
        ],
    },
    Names {
        share: 55,
        women: &[
            "Morag", "Eilidh", "Fiona", "Mhairi", "Isla", "Kirsty", "Catriona", "Ailsa", "Shona", "Iona",
        ],
        men: &[
            "Hamish", "Angus", "Ewan", "Fergus", "Calum", "Gregor", "Rory", "Alasdair", "Lachlan", "Duncan",
        ],
        families: &[
            "MacDonald", "McLeod", "Campbell", "Stewart", "Robertson", "Fraser", "Murray", "MacGregor",
            "Sinclair", "Urquhart", "Drummond", "Menzies", "Farquharson", "MacÌomhair", "Gunn", "Dalziel",
        ],
    },
    Names {
        share: 60,
        women: &[
            "Fatima", "Ayesha", "Khadija", "Zainab", "Maryam", "Nasreen", "Shazia", "Samina", "Nadia",
            "Yasmin",
        ],
        men: &["Mohammed", "Ahmed", "Ali", "Hassan", "Ibrahim", "Yusuf", "Omar", "Imran", "Bilal", "Tariq"],
        families: &[
            "Khan", "Hussain", "Begum", "Akhtar", "Iqbal", "Malik", "Mahmood", "Rahman", "Uddin", "Miah",
            "Shah", "Sheikh", "Qureshi", "Siddiqui", "Chowdhury", "Al-Hashimi", "El-Sayed", "bin Rashid",
        ],
    },
    Names {
        share: 45,
        women: &[
            "Priya", "Anjali", "Meera", "Kavita", "Sunita", "Deepa", "Lakshmi", "Harpreet", "Simran", "Nisha",
        ],
        men: &["Raj", "Sanjay", "Vikram", "Arjun", "Anil", "Suresh", "Gurpreet", "Manjit", "Rohan", "Ashok"],
        families: &[
            "Patel", "Singh", "Kaur", "Sharma", "Gupta", "Desai", "Shah", "Mehta", "Nair", "Iyer", "Reddy",
            "Gill", "Sandhu", "Dhillon", "D'Souza", "Fernandes", "Perera", "Jayawardena",
        ],
    },
    Names {
        share: 35,
        women: &[
            "Chioma", "Folasade", "Ngozi", "Amara", "Abena", "Wanjiru", "Thandiwe", "Makeda", "Adaeze",
            "Yemisi",
        ],
        men: &[
            "Oluwaseun", "Chinedu", "Kwame", "Kofi", "Tunde", "Emeka", "Sipho", "Tendai", "Kamau",
            "Babajide",
        ],
        families: &[
            "Okafor", "Adeyemi", "Mensah", "Owusu", "Nwosu", "Balogun", "Moyo", "Ncube", "Mwangi", "Otieno",
            "Diallo", "Boateng", "Adébáyọ̀", "Tesfaye", "Bangura", "Clarke-Johnson",
        ],
    },
    Names {
        share: 20,
        women: &[
            "Agnieszka", "Małgorzata", "Joanna", "Zofia", "Ioana", "Mirela", "Zsófia", "Jelena", "Daiva",
            "Olena",
        ],
        men: &[
            "Paweł", "Krzysztof", "Łukasz", "Piotr", "Andrei", "Ștefan", "Gábor", "Marko", "Jonas", "Dmytro",
        ],
        families: &[
            "Kowalski", "Wiśniewska", "Wójcik", "Zieliński", "Dąbrowska", "Popescu", "Ionescu", "Nagy",
            "Szabó", "Horváth", "Petrović", "Kazlauskas", "Bondarenko", "Novák", "Dvořáková",
        ],
    },
    Names {
        share: 12,
        women: &[
            "María José", "Inês", "Françoise", "Giulia", "Jördis", "Ana", "Beatriz", "Élodie", "Ingrid",
            "Elif",
        ],
        men: &[
            "José", "João", "François", "Giuseppe", "Jörg", "Søren", "Nuno", "Thibaut", "Mehmet", "Çağlar",
        ],
        families: &[
            "García Márquez", "da Silva", "Lefèvre", "Rossi", "Müller", "Strauß", "Sørensen", "Öztürk",
            "Yıldız", "van der Berg", "D'Angelo", "Nuñez", "Gonçalves", "Åkesson", "Papadopoulou",
        ],
    },
    Names {
        share: 8,
        women: &["Mei-Ling", "Xiu Ying", "Ka-Yan", "Thị Hương", "Yuki", "Ji-woo", "Siti", "Maria Luz"],
        men: &["Wei", "Jun", "Siu-Ming", "Văn Đức", "Hiroshi", "Min-jun", "Budi", "Rodel"],
        families: &[
            "Chan", "Wong", "Li", "Zhang", "Nguyễn", "Trần", "Tanaka", "Kim", "Park", "Ng", "Santos", "Lau",
        ],
    },
];

#[rustfmt::skip] // filled lines, not one word a line
pub(super) const AFFILIATES: &[&str] = &[
    "Union of Lamplighters", "Dock and Ferry Workers", "National Guild of Clerks",
    "Society of Hospital Porters", "Bakers and Millers", "Tram and Bus Workers' Union",
    "League of Co-operators", "Teachers' Fellowship", "Musicians and Stage Hands", "Post Sorters' Union",
    "Association of Signwriters", "Scientists' Society",
];

pub(super) const WOMEN_TITLES: &[&str] =
    &["Ms", "Ms", "Ms", "Mrs", "Mrs", "Miss", "Dr", "Mx", "Cllr", "Prof", "Dame", ""];
pub(super) const MEN_TITLES: &[&str] =
    &["Mr", "Mr", "Mr", "Mr", "Mr", "Mr", "Dr", "Mx", "Cllr", "Rev", "Sir", ""];
