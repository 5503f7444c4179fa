#pragma once

namespace atelier {

/// From now on the calling thread, and those that it starts, compute in the time that others leave:
/// at low priority, and with a slice so long that any thread with an ordinary one that wakes up
/// interrupts it at once (sched_setattr(2), `sched_runtime`; kernels before 6.12 know no slices and
/// wait for the tick). A thread in the kernel, such as one that is given fresh memory, is not
/// interrupted: work that asks for much of it is best bounded.
void giveWay();

/// From now on the calling thread, and those that it starts, leave the first of the processors that
/// they may use to everyone else, where there are two or more: what wakes up finds it free, also
/// while the kernel works for the others.
void leaveOneProcessor();

}  // namespace atelier
