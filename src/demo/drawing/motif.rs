//! The things that are drawn, and how each stands in a picture.

use serde::Deserialize;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Motif {
    /// A mug with something hot in it.
    Mug,
    /// A bowl of fruit.
    Bowl,
    /// A vase with twigs.
    Vase,
    /// A table lamp, lit.
    Lamp,
    /// An armchair.
    Chair,
    /// A cushion.
    Cushion,
    /// A candle in a glass.
    Candle,
    /// A bottle with a label.
    Bottle,
    /// A jar with a lid.
    Jar,
    /// A shirt on a hanger.
    Shirt,
    /// A handbag.
    Bag,
    /// A shoe with laces.
    Shoe,
    /// A notebook with a pen.
    Notebook,
    /// A plant in a pot.
    Plant,
    /// A loudspeaker.
    Speaker,
    /// A wristwatch on its stand.
    Watch,
}

/// Where a thing is at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On a table.
    Table,
    /// On a bench.
    Bench,
    /// On the floor.
    Floor,
    /// On a wall.
    Wall,
}

/// How a thing stands. It is drawn in a frame whose origin is the middle of its foot, y downwards,
/// at the size that fills a picture 1000 units wide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    /// Half the width of what touches the ground.
    pub foot: f32,
    /// Half the width of all of it, handles and leaves included.
    pub reach: f32,
    /// How high it is.
    pub height: f32,
    /// The point to look at from close by.
    pub focus: (f32, f32),
    /// Where it is at home.
    pub place: Place,
}

impl Motif {
    /// Every motif, in the order of their declaration.
    pub const ALL: [Self; 16] = [
        Self::Mug,
        Self::Bowl,
        Self::Vase,
        Self::Lamp,
        Self::Chair,
        Self::Cushion,
        Self::Candle,
        Self::Bottle,
        Self::Jar,
        Self::Shirt,
        Self::Bag,
        Self::Shoe,
        Self::Notebook,
        Self::Plant,
        Self::Speaker,
        Self::Watch,
    ];

    /// The name it has in data files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mug => "mug",
            Self::Bowl => "bowl",
            Self::Vase => "vase",
            Self::Lamp => "lamp",
            Self::Chair => "chair",
            Self::Cushion => "cushion",
            Self::Candle => "candle",
            Self::Bottle => "bottle",
            Self::Jar => "jar",
            Self::Shirt => "shirt",
            Self::Bag => "bag",
            Self::Shoe => "shoe",
            Self::Notebook => "notebook",
            Self::Plant => "plant",
            Self::Speaker => "speaker",
            Self::Watch => "watch",
        }
    }

    /// How it stands.
    pub(super) fn stand(self) -> Stand {
        use Place::{Bench, Floor, Table, Wall};

        let (foot, reach, height, focus, place) = match self {
            Self::Mug => (140.0, 260.0, 500.0, (30.0, -250.0), Table),
            Self::Bowl => (130.0, 275.0, 380.0, (-40.0, -240.0), Table),
            Self::Vase => (120.0, 190.0, 620.0, (0.0, -330.0), Table),
            Self::Lamp => (100.0, 226.0, 620.0, (10.0, -400.0), Table),
            Self::Chair => (210.0, 262.0, 600.0, (-40.0, -340.0), Floor),
            Self::Cushion => (220.0, 270.0, 480.0, (-40.0, -270.0), Bench),
            Self::Candle => (150.0, 165.0, 470.0, (10.0, -280.0), Table),
            Self::Bottle => (115.0, 128.0, 600.0, (0.0, -330.0), Table),
            Self::Jar => (160.0, 186.0, 440.0, (10.0, -270.0), Table),
            Self::Shirt => (0.0, 306.0, 640.0, (-30.0, -380.0), Wall),
            Self::Bag => (240.0, 262.0, 560.0, (-20.0, -290.0), Bench),
            Self::Shoe => (290.0, 305.0, 310.0, (60.0, -190.0), Bench),
            Self::Notebook => (190.0, 250.0, 530.0, (30.0, -290.0), Table),
            Self::Plant => (115.0, 270.0, 640.0, (0.0, -330.0), Table),
            Self::Speaker => (190.0, 212.0, 540.0, (10.0, -260.0), Table),
            Self::Watch => (130.0, 190.0, 600.0, (0.0, -330.0), Table),
        };
        Stand {
            foot,
            reach,
            height,
            focus,
            place,
        }
    }
}
