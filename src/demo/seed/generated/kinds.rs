//! The kinds of things that are generated, and the words and prices that suit each.

use crate::demo::drawing::Motif;

/// A kind of thing.
#[derive(Debug)]
pub(in crate::demo::seed) struct Kind {
    /// How it is drawn.
    pub motif: Motif,
    /// The handle of the category it stands in.
    pub category: &'static str,
    /// What it is called: the first is the product type.
    pub nouns: [&'static str; 4],
    /// What it is made of, or smells of.
    pub materials: [&'static str; 6],
    /// From and up to how many dollars.
    pub dollars: (u32, u32),
    /// Categories below, where there are many products.
    pub shelves: [&'static str; 3],
}

/// Every kind. No noun is in two of them.
pub(in crate::demo::seed) const KINDS: [Kind; 16] = [
    Kind {
        motif: Motif::Mug,
        category: "tableware",
        nouns: ["Mug", "Cup", "Tumbler", "Beaker"],
        materials: [
            "Stoneware",
            "Porcelain",
            "Enamel",
            "Earthenware",
            "Terracotta",
            "Bone China",
        ],
        dollars: (9, 48),
        shelves: ["Mugs", "Coffee Cups", "Tea Cups"],
    },
    Kind {
        motif: Motif::Bowl,
        category: "tableware",
        nouns: ["Bowl", "Serving Bowl", "Fruit Bowl", "Dish"],
        materials: [
            "Ceramic",
            "Walnut",
            "Beechwood",
            "Faience",
            "Brass",
            "Stone",
        ],
        dollars: (14, 90),
        shelves: ["Bowls", "Serving", "Fruit Bowls"],
    },
    Kind {
        motif: Motif::Vase,
        category: "lighting-decor",
        nouns: ["Vase", "Bud Vase", "Carafe", "Flower Jug"],
        materials: [
            "Glass",
            "Clay",
            "Raku",
            "Alabaster",
            "Smoked Glass",
            "Crystal",
        ],
        dollars: (18, 140),
        shelves: ["Vases", "Bud Vases", "Dried Flowers"],
    },
    Kind {
        motif: Motif::Lamp,
        category: "lighting-decor",
        nouns: ["Lamp", "Table Lamp", "Reading Lamp", "Night Light"],
        materials: ["Rattan", "Linen", "Opal Glass", "Copper", "Paper", "Oak"],
        dollars: (39, 260),
        shelves: ["Table Lamps", "Reading Lamps", "Night Lights"],
    },
    Kind {
        motif: Motif::Chair,
        category: "lighting-decor",
        nouns: ["Chair", "Armchair", "Lounge Chair", "Rocking Chair"],
        materials: ["Ash", "Boucle", "Cane", "Teak", "Corduroy", "Birch"],
        dollars: (95, 300),
        shelves: ["Chairs", "Armchairs", "Benches"],
    },
    Kind {
        motif: Motif::Cushion,
        category: "lighting-decor",
        nouns: ["Cushion", "Pillow", "Floor Cushion", "Bolster"],
        materials: ["Cotton", "Wool", "Kilim", "Silk", "Hemp", "Jute"],
        dollars: (16, 110),
        shelves: ["Cushions", "Throws", "Floor Cushions"],
    },
    Kind {
        motif: Motif::Candle,
        category: "pantry-bath",
        nouns: ["Candle", "Scented Candle", "Pillar Candle", "Travel Candle"],
        materials: [
            "Beeswax",
            "Soy Wax",
            "Jasmine",
            "Fig",
            "Sandalwood",
            "Orange Blossom",
        ],
        dollars: (8, 55),
        shelves: ["Candles", "Scents", "Gift Candles"],
    },
    Kind {
        motif: Motif::Bottle,
        category: "pantry-bath",
        nouns: ["Olive Oil", "Syrup", "Bath Oil", "Vinegar"],
        materials: ["Lemon", "Thyme", "Rose", "Pomegranate", "Rosemary", "Mint"],
        dollars: (7, 60),
        shelves: ["Oils", "Syrups", "Bath Oils"],
    },
    Kind {
        motif: Motif::Jar,
        category: "pantry-bath",
        nouns: ["Jam", "Honey", "Spice Blend", "Bath Salt"],
        materials: [
            "Apricot",
            "Wildflower",
            "Date",
            "Lavender",
            "Quince",
            "Cardamom",
        ],
        dollars: (6, 40),
        shelves: ["Jams", "Honey", "Spices"],
    },
    Kind {
        motif: Motif::Shirt,
        category: "clothing-shoes",
        nouns: ["Shirt", "Overshirt", "Tunic", "Work Shirt"],
        materials: ["Poplin", "Flannel", "Denim", "Chambray", "Oxford", "Muslin"],
        dollars: (29, 150),
        shelves: ["Shirts", "Overshirts", "Tunics"],
    },
    Kind {
        motif: Motif::Bag,
        category: "bags-watches",
        nouns: ["Bag", "Tote", "Satchel", "Weekender"],
        materials: [
            "Leather",
            "Canvas",
            "Suede",
            "Waxed Cotton",
            "Felt",
            "Raffia",
        ],
        dollars: (32, 290),
        shelves: ["Totes", "Satchels", "Travel Bags"],
    },
    Kind {
        motif: Motif::Shoe,
        category: "clothing-shoes",
        nouns: ["Shoe", "Derby", "Sneaker", "Loafer"],
        materials: [
            "Calfskin",
            "Nubuck",
            "Cork",
            "Espadrille",
            "Kudu",
            "Deerskin",
        ],
        dollars: (58, 280),
        shelves: ["Shoes", "Sneakers", "Loafers"],
    },
    Kind {
        motif: Motif::Notebook,
        category: "desk-sound",
        nouns: ["Notebook", "Journal", "Sketchbook", "Planner"],
        materials: [
            "Laid Paper",
            "Linen Bound",
            "Recycled",
            "Kraft",
            "Cloth Bound",
            "Marbled",
        ],
        dollars: (6, 45),
        shelves: ["Notebooks", "Journals", "Planners"],
    },
    Kind {
        motif: Motif::Plant,
        category: "lighting-decor",
        nouns: ["Fern", "Fig Tree", "Succulent", "Palm"],
        materials: [
            "Potted",
            "Dwarf",
            "Trailing",
            "Broadleaf",
            "Hanging",
            "Hardy",
        ],
        dollars: (12, 120),
        shelves: ["Green Plants", "Succulents", "Hanging Plants"],
    },
    Kind {
        motif: Motif::Speaker,
        category: "desk-sound",
        nouns: ["Speaker", "Radio", "Bookshelf Speaker", "Turntable Speaker"],
        materials: [
            "Bamboo",
            "Cherrywood",
            "Aluminum",
            "Maple",
            "Mahogany",
            "Larch",
        ],
        dollars: (59, 300),
        shelves: ["Speakers", "Radios", "Listening"],
    },
    Kind {
        motif: Motif::Watch,
        category: "bags-watches",
        nouns: ["Watch", "Field Watch", "Dress Watch", "Diver"],
        materials: ["Steel", "Titanium", "Mesh", "Bronze", "Pearl", "Silver"],
        dollars: (79, 300),
        shelves: ["Watches", "Field Watches", "Straps"],
    },
];
