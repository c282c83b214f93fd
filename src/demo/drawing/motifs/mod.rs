//! The drawings themselves. Each stands on y = 0, its middle at x = 0, y downwards.

mod desk;
mod glass;
mod home;
mod seat;
mod table;
mod wear;

use super::canvas::Canvas;
use super::motif::Motif;
use super::palette::Colours;

/// Draws a motif into the frame it stands in.
pub(super) fn draw(art: &mut Canvas, motif: Motif, ink: &Colours) {
    match motif {
        Motif::Mug => table::mug(art, ink),
        Motif::Bowl => table::bowl(art, ink),
        Motif::Vase => home::vase(art, ink),
        Motif::Lamp => home::lamp(art, ink),
        Motif::Plant => home::plant(art, ink),
        Motif::Chair => seat::chair(art, ink),
        Motif::Cushion => seat::cushion(art, ink),
        Motif::Candle => glass::candle(art, ink),
        Motif::Bottle => glass::bottle(art, ink),
        Motif::Jar => glass::jar(art, ink),
        Motif::Shirt => wear::shirt(art, ink),
        Motif::Bag => wear::bag(art, ink),
        Motif::Shoe => wear::shoe(art, ink),
        Motif::Watch => desk::watch(art, ink),
        Motif::Notebook => desk::notebook(art, ink),
        Motif::Speaker => desk::speaker(art, ink),
    }
}
