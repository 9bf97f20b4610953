/* A promotion frees a table under a dump at v7.3.
   Made by Pagewalk from the steps of its own kernel functions. */
short mem[4];
bool freed[3];
bool writer[1];
byte readers[1];
/* Per context and word: has it looked, and has another one stored since? */
bool looked[8];
bool stale[8];
bool insection[2];
bool awaited[4];

proctype P0() {
start: atomic {
    !writer[0] && readers[0] == 0 -> writer[0] = true;
    goto n1
  }
n1: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n2
    :: else -> assert(false)
    fi
  }
n2: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n3
    :: else -> assert(false)
    fi
  }
n3: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n4
    :: else -> assert(false)
    fi
  }
n4: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n5
    :: else -> assert(false)
    fi
  }
n5: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n6
    :: else -> assert(false)
    fi
  }
n6: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n7
    :: else -> assert(false)
    fi
  }
n7: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n8
    :: else -> assert(false)
    fi
  }
n8: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n9
    :: else -> assert(false)
    fi
  }
n9: atomic {
    assert(!freed[0]);
    looked[0] = true; stale[0] = false;
    if
    :: mem[0] == 1 -> goto n10
    :: else -> assert(false)
    fi
  }
n10: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n11
    :: mem[1] == 3 -> goto n12
    :: mem[1] == 0 -> goto n13
    :: else -> assert(false)
    fi
  }
n11: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n14
    :: mem[1] == 3 -> goto n15
    :: mem[1] == 0 -> goto n16
    :: else -> assert(false)
    fi
  }
n12: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 3 -> goto n17
    :: else -> assert(false)
    fi
  }
n13: atomic {
    writer[0] = false;
    goto done
  }
n14: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n18
    :: mem[1] == 3 -> goto n19
    :: mem[1] == 0 -> goto n20
    :: else -> assert(false)
    fi
  }
n15: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 3 -> goto n21
    :: else -> assert(false)
    fi
  }
n16: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 0 -> goto n22
    :: mem[1] == 3 -> goto n23
    :: else -> assert(false)
    fi
  }
n17: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 3 -> goto n24
    :: else -> assert(false)
    fi
  }
n18: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n25
    :: mem[1] == 3 -> goto n26
    :: mem[1] == 0 -> goto n27
    :: else -> assert(false)
    fi
  }
n19: atomic {
    writer[0] = false;
    goto done
  }
n20: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 0 -> goto n28
    :: mem[1] == 3 -> goto n29
    :: else -> assert(false)
    fi
  }
n21: atomic {
    writer[0] = false;
    goto done
  }
n22: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 0 -> goto n30
    :: mem[1] == 3 -> goto n31
    :: else -> assert(false)
    fi
  }
n23: atomic {
    writer[0] = false;
    goto done
  }
n24: atomic {
    writer[0] = false;
    goto done
  }
n25: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 2 -> goto n32
    :: mem[1] == 3 -> goto stopped
    :: mem[1] == 0 -> goto stopped
    :: else -> assert(false)
    fi
  }
n26: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 3 -> goto stopped
    :: else -> assert(false)
    fi
  }
n27: atomic {
    writer[0] = false;
    goto done
  }
n28: atomic {
    writer[0] = false;
    goto done
  }
n29: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 3 -> goto stopped
    :: else -> assert(false)
    fi
  }
n30: atomic {
    writer[0] = false;
    goto done
  }
n31: atomic {
    assert(!freed[1]);
    looked[2] = true; stale[2] = false;
    if
    :: mem[1] == 3 -> goto stopped
    :: else -> assert(false)
    fi
  }
n32: atomic {
    assert(!freed[2]);
    looked[4] = true; stale[4] = false;
    if
    :: mem[2] == 4 -> goto n33
    :: else -> assert(false)
    fi
  }
n33: atomic {
    assert(!freed[2]);
    looked[6] = true; stale[6] = false;
    if
    :: mem[3] == 5 -> goto n34
    :: else -> assert(false)
    fi
  }
n34: atomic {
    writer[0] = false;
    goto done
  }
stopped: assert(false);
done: skip
}

proctype P1() {
start: atomic {
    assert(!freed[0]);
    looked[1] = true; stale[1] = false;
    if
    :: mem[0] == 1 -> goto n1
    :: else -> assert(false)
    fi
  }
n1: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n2
    :: else -> assert(false)
    fi
  }
n2: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n3
    :: else -> assert(false)
    fi
  }
n3: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> goto n4
    :: else -> assert(false)
    fi
  }
n4: atomic {
    assert(!freed[1]);
    assert(!(looked[3] && stale[3]));
    stale[2] = true;
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 2 -> mem[1] = 0; goto n5
    :: else -> assert(false)
    fi
  }
n5: atomic {
    assert(!freed[2]);
    freed[2] = true;
    goto n6
  }
n6: atomic {
    assert(!freed[1]);
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 0 -> goto n7
    :: else -> assert(false)
    fi
  }
n7: atomic {
    assert(!freed[1]);
    assert(!(looked[3] && stale[3]));
    stale[2] = true;
    looked[3] = true; stale[3] = false;
    if
    :: mem[1] == 0 -> mem[1] = 3; goto done
    :: else -> assert(false)
    fi
  }
stopped: assert(false);
done: skip
}

init {
  atomic {
  mem[0] = 1;
  mem[1] = 2;
  mem[2] = 4;
  mem[3] = 5;
  run P0();
  run P1();
  }
}
