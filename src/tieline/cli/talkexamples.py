"""Examples of the verbs of the dialogue, as an officer types them; a test reads every one."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "mechanism": (
        (
            "tieline mechanism propose --key harbour --name 'Harbour talks' "
            "--levels bravo='vice minister' --rhythm 'twice a year' --mandated-by summit-2026"
        ),
        "tieline mechanism accept harbour",
        "tieline mechanism end harbour --why 'its work is done'",
    ),
    "round": (
        (
            "tieline round propose --key harbour-2 --mechanism harbour --number 2 "
            "--planned 2027-02 --place Newport"
        ),
        "tieline round postpone harbour-2 --to 2027-03 --why 'a storm'",
        "tieline round move harbour-2 --planned 2027-03-09 --place Oldport",
        "tieline round open harbour-2 --at 2027-03-09T09:00Z",
        "tieline round close harbour-2 --at 2027-03-09T12:30Z --length-min 210",
    ),
    "seat": (
        (
            "tieline seat name --key alpha-director --office 'Director of policy' --rank 2 "
            "--counterpart bravo=bravo-director"
        ),
        "tieline seat appoint alpha-director --holder 'M. Orr' --from 2026-11-01",
        "tieline seat vacate alpha-director --since 2026-12",
    ),
    "contact": (
        (
            "tieline contact request --to bravo/desk --key call-7 --way call "
            "--answer-by 2027-01-10T12:00Z 'The collision of the 8th'"
        ),
        "tieline contact rebuff call-7 --why 'not before the inquiry is over'",
        "tieline contact condition call-7 --conditions 'the patrols end'",
    ),
    "agenda": (
        "tieline agenda propose --round harbour-2 --topic fishing 'Nets in the strait'",
        "tieline agenda leave alpha-1:31",
        "tieline agenda raise --round harbour-2 --where 'to the press' 'Dredging'",
    ),
    "text": (
        (
            "tieline text draft --key joint-2 --title 'Joint statement' --for 'joint statement' "
            "--round harbour-2 --clauses ours.toml"
        ),
        "tieline text draft joint-2 --clauses ours.toml --reopens aim",
        "tieline text show joint-2",
        "tieline text adopt joint-2",
    ),
    "readout": (
        "tieline readout give --of harbour-2 --file readout.txt --channel 'press release'",
        "tieline readout translate --of alpha-1:40 '' --also zh=@readout.zh",
    ),
    "position": ("tieline position state --topic fishing 'The bank is open to both fleets.'",),
    "commitment": (
        (
            "tieline commitment make --key survey --owners bravo --due 2027-06-30 "
            "'A joint survey of the bank'"
        ),
        "tieline commitment meet survey --evidence 'chart 7 of 2 June'",
        "tieline commitment dispute survey --why 'no chart came'",
        "tieline commitment renew survey --due 2027-12-31",
    ),
    "precondition": (
        "tieline precondition name --key no-dredging --of harbour 'Dredging stops first'",
        "tieline precondition withdraw no-dredging",
    ),
    "measure": (
        (
            "tieline measure state --key port-fees --what tariff --on 'bravo vessels' "
            "--from 2026-10-01 'Port fees doubled'"
        ),
        "tieline measure end port-fees --on 2027-01-15",
    ),
    "cause": ("tieline cause name --of harbour-2 --because port-fees",),
}
