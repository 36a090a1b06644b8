//! What happens by itself: stages whose hour has come, and the freeze that one of them waits for.

use kernel::{Actor, Floor, Look, No, View};

use super::{Contest, Stage, advance::Advance, conditions::case, freeze::freeze, scene::scene};

/// Moves every contest as far as it moves by itself; what was done, in words for the log. Called every minute or so.
pub fn tick(floor: &Floor) -> Result<Vec<String>, No> {
    let mut done = Vec::new();
    for (contest, to, freezes) in floor.look(&Actor::system(), &Due)? {
        if freezes {
            match freeze(floor, &Actor::system(), &contest, |_| {}) {
                Ok(all) => done.push(format!("{contest}: froze the register of {} electors", all.electors)),
                // Something else must end first; the next tick tries again.
                Err(No::NotNow(_)) => continue,
                Err(no) => return Err(no),
            }
        }
        floor.once(&Actor::system(), Advance { contest: contest.clone(), to })?;
        done.push(format!("{contest}: entered {}", to.name()));
    }
    Ok(done)
}

/// Contests whose next stage comes by itself now, and whether the register must be frozen first.
struct Due;

impl View for Due {
    const NAME: &'static str = "contest.due";
    type Out = Vec<(String, Stage, bool)>;

    fn look(&self, look: &mut Look<'_>) -> Result<Self::Out, No> {
        let mut due = Vec::new();
        for contest in look.about::<Contest>("contests")? {
            let scene = scene(look, &contest.id)?;
            let Some(to) = scene.stage.stage.next().filter(|s| s.comes_by_itself()) else { continue };
            let case = case(look, &scene)?;
            let unmet: Vec<&str> =
                case.conditions(to, look.now()).iter().filter(|c| !c.met).map(|c| c.name).collect();
            if unmet.iter().all(|name| *name == "frozen") {
                due.push((contest.id.clone(), to, !unmet.is_empty()));
            }
        }
        Ok(due)
    }
}
