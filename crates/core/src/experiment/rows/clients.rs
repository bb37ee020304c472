//! Which clients were seen, and what of each must be known to take it out again: in few bytes, since
//! there may be tens of millions.

use sha2::{Digest, Sha256};

/// A client, by 128 bits of the SHA-256 of its name. Of ten million clients two have the same with
/// a chance below 1 in 10²⁴, and whoever chooses names needs some 2⁶⁴ of them to make two meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct ClientId(u128);

impl ClientId {
    pub(super) fn of(name: &[u8]) -> Self {
        let digest = Sha256::digest(name);
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(u128::from_le_bytes(half))
    }
}

/// What is known of a client beside its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark(u8);

/// There are at most five variants.
const ARM: u8 = 0b0000_0111;
const COUNTED: u8 = 0b0000_1000;
const IN_TWO_ARMS: u8 = 0b0001_0000;

impl Mark {
    pub(super) fn new(arm: usize, is_counted: bool) -> Self {
        let counted = if is_counted { COUNTED } else { 0 };
        Self(u8::try_from(arm).unwrap_or(ARM) & ARM | counted)
    }

    pub(super) fn arm(self) -> usize {
        usize::from(self.0 & ARM)
    }

    pub(super) fn is_counted(self) -> bool {
        self.0 & COUNTED != 0
    }

    pub(super) fn is_in_two_arms(self) -> bool {
        self.0 & IN_TWO_ARMS != 0
    }

    /// What is with two variants counts for neither.
    pub(super) fn in_two_arms(self) -> Self {
        Self(self.0 & ARM | IN_TWO_ARMS)
    }
}

/// The clients that were seen, in the order in which they came: 16 bytes for who each is, 1 for its
/// mark, 2 a part that it belongs to, 4 a number, and at most 11 to find it again.
pub(super) struct Clients {
    /// Places in the columns plus 1, 0 where there is none; found by the client's bits, then in the
    /// ones that follow.
    slots: Vec<u32>,
    ids: Column<ClientId>,
    marks: Column<Mark>,
    parts: Column<u16>,
    numbers: Column<f32>,
}

/// Whether a client is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// It was not seen before: this is its place.
    First(usize),
    /// It was: this is its place.
    Again(usize),
    /// There is no room for more.
    Full,
}

impl Clients {
    /// Takes how many parts each belongs to, and how many numbers it has.
    pub(super) fn new(parts: usize, numbers: usize) -> Self {
        Self {
            slots: vec![0; 1024],
            ids: Column::new(1),
            marks: Column::new(1),
            parts: Column::new(parts),
            numbers: Column::new(numbers),
        }
    }

    /// Finds a client, or makes a place for it.
    pub(super) fn see(&mut self, id: ClientId) -> Seen {
        if self.ids.len + 1 > self.slots.len() / 4 * 3 {
            self.grow();
        }
        let mut slot = self.slot(id);
        loop {
            match self.slots[slot] {
                0 => break,
                taken => {
                    let place = taken as usize - 1;
                    if self.ids.get(place)[0] == id {
                        return Seen::Again(place);
                    }
                }
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        let place = self.ids.push();
        let Ok(taken) = u32::try_from(place + 1) else {
            return Seen::Full;
        };
        self.slots[slot] = taken;
        self.ids.get_mut(place)[0] = id;
        self.marks.push();
        self.parts.push();
        self.numbers.push();
        Seen::First(place)
    }

    pub(super) fn mark(&self, place: usize) -> Mark {
        self.marks.get(place)[0]
    }

    pub(super) fn set_mark(&mut self, place: usize, mark: Mark) {
        self.marks.get_mut(place)[0] = mark;
    }

    pub(super) fn parts(&self, place: usize) -> &[u16] {
        self.parts.get(place)
    }

    pub(super) fn parts_mut(&mut self, place: usize) -> &mut [u16] {
        self.parts.get_mut(place)
    }

    pub(super) fn numbers(&self, place: usize) -> &[f32] {
        self.numbers.get(place)
    }

    pub(super) fn numbers_mut(&mut self, place: usize) -> &mut [f32] {
        self.numbers.get_mut(place)
    }

    /// Returns how many bytes it has.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.slots.len() * 4
            + self.ids.bytes()
            + self.marks.bytes()
            + self.parts.bytes()
            + self.numbers.bytes()
    }

    fn slot(&self, id: ClientId) -> usize {
        // Any of its bits are as good as the others.
        let bits = (id.0 & u128::from(u32::MAX)) as usize;
        bits & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        let len = self.slots.len() * 2;
        // All is in the columns: not both at a time.
        self.slots = Vec::new();
        self.slots = vec![0; len];
        for place in 0..self.ids.len {
            let mut slot = self.slot(self.ids.get(place)[0]);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = u32::try_from(place + 1).unwrap_or(0);
        }
    }
}

/// A growing list of so many values each, in pieces: a list in one would be there twice whenever it
/// grows.
struct Column<T> {
    width: usize,
    len: usize,
    pieces: Vec<Box<[T]>>,
}

/// How many a piece has.
const PIECE: usize = 1 << 14;

impl<T: Clone + Default> Column<T> {
    fn new(width: usize) -> Self {
        Self {
            width,
            len: 0,
            pieces: Vec::new(),
        }
    }

    fn push(&mut self) -> usize {
        if self.len == self.pieces.len() * PIECE {
            let piece = vec![T::default(); PIECE * self.width];
            self.pieces.push(piece.into_boxed_slice());
        }
        self.len += 1;
        self.len - 1
    }

    fn get(&self, place: usize) -> &[T] {
        let at = place % PIECE * self.width;
        &self.pieces[place / PIECE][at..at + self.width]
    }

    fn get_mut(&mut self, place: usize) -> &mut [T] {
        let at = place % PIECE * self.width;
        &mut self.pieces[place / PIECE][at..at + self.width]
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.pieces.len() * PIECE * self.width * size_of::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_found_again_however_many_there_are() {
        let mut clients = Clients::new(1, 2);
        let id = |client: u16| ClientId::of(format!("client-{client}").as_bytes());
        for client in 0..50_000_u16 {
            let Seen::First(place) = clients.see(id(client)) else {
                panic!("{client} is new");
            };
            clients.set_mark(place, Mark::new(usize::from(client) % 5, client % 2 == 0));
            clients.parts_mut(place)[0] = client % 1000;
            clients.numbers_mut(place)[1] = f32::from(client);
        }
        for client in 0..50_000_u16 {
            assert_eq!(clients.see(id(client)), Seen::Again(usize::from(client)));
            let mark = clients.mark(usize::from(client));
            assert_eq!(
                (mark.arm(), mark.is_counted(), mark.is_in_two_arms()),
                (usize::from(client) % 5, client % 2 == 0, false)
            );
            assert_eq!(clients.parts(usize::from(client)), [client % 1000]);
            assert_eq!(
                clients.numbers(usize::from(client)),
                [0.0, f32::from(client)]
            );
        }
        let both = clients.mark(4).in_two_arms();
        assert_eq!(
            (both.arm(), both.is_counted(), both.is_in_two_arms()),
            (4, false, true)
        );
    }

    /// Eight numbers with the time, seven with two segments, too; a column of more takes 4 bytes.
    #[test]
    fn a_client_takes_at_most_64_bytes() {
        for (parts, numbers) in [(1, 1), (2, 3), (3, 7), (1, 8)] {
            let mut clients = Clients::new(parts, numbers);
            let mut most = 0;
            for client in 0_usize..800_000 {
                clients.see(ClientId::of(&client.to_le_bytes()));
                // Pieces that are begun are small beside as many.
                if client > 20 * PIECE {
                    most = most.max(clients.bytes() / (client + 1));
                }
            }
            assert!(most <= 64, "{parts} {numbers}: {most}");
        }
    }
}
