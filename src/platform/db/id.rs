//! Ids as types: the id of a cart where one of an order is wanted does not compile.

/// Declares types of ids, each a UUID of version 7 made by this program.
macro_rules! id_types {
    ($($(#[doc = $about:literal])+ $name:ident;)*) => {
        $(
            $(#[doc = $about])+
            #[derive(
                Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord,
                diesel::expression::AsExpression, diesel::deserialize::FromSqlRow, serde::Serialize, serde::Deserialize,
            )]
            #[diesel(sql_type = diesel::sql_types::Uuid)]
            pub struct $name(pub uuid::Uuid);

            impl $name {
                /// A new one, larger than those made before it.
                #[must_use]
                #[expect(clippy::new_without_default, reason = "each is another")]
                pub fn new() -> Self {
                    Self(uuid::Uuid::now_v7())
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.fmt(out)
                }
            }

            impl diesel::serialize::ToSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
                ) -> diesel::serialize::Result {
                    diesel::serialize::ToSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::to_sql(&self.0, out)
                }
            }

            impl diesel::deserialize::FromSql<diesel::sql_types::Uuid, diesel::pg::Pg> for $name {
                fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                    diesel::deserialize::FromSql::<diesel::sql_types::Uuid, diesel::pg::Pg>::from_sql(value).map(Self)
                }
            }
        )*
    };
}
pub(crate) use id_types;
