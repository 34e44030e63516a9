/* The checks of `doctor` that know of partners. */
#ifndef EXCHANGE_DOCTOR_PARTS_H
#define EXCHANGE_DOCTOR_PARTS_H

#include "store/doctor.h"

int doctor_partners(struct doctor *doctor, struct qorgan_error *error);
int doctor_partner_clocks(struct doctor *doctor, struct qorgan_error *error);

#endif
